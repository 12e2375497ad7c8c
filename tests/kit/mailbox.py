"""A mail server on this machine that can be taken away and put back, and keeps what it took."""

import asyncio
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters.messengers.smtp import Smtp


@dataclass
class MailServer:
    """Keeps its port over its outages; `refused`: an address that it has never heard of; `closed`: to us."""

    port: int = 0
    refused: str = ""
    closed: bool = False
    got: list[tuple[str, str]] = field(default_factory=list)  # to whom, and the message's own id
    _server: asyncio.Server | None = None

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return "530 Sign in first" if self.closed else "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.refused:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        id = next(line for line in envelope.content.decode().splitlines() if line.startswith("Message-ID:"))
        self.got += [(to, id) for to in envelope.rcpt_tos]
        return "250 OK"

    async def start(self) -> None:
        """Or start again, at the same port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def kill(self) -> None:
        """Nobody listens any more."""
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def messenger(self) -> Smtp:
        """By which mail goes there."""
        return Smtp("127.0.0.1", self.port, "it@contoso.example", "none")
