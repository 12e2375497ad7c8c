"""A mail server that keeps what it took, goes away and comes back, and may lose the answer to what it took."""

import asyncio
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP, Envelope, Session

CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


@dataclass
class Mailboxes:
    """`letters`: how often each (address, message id) came; `codes`: those that came to an address, in order."""

    port: int = 0
    loses: int = 0  # answers to whole letters, in the next time
    lost: int = 0
    letters: Counter[tuple[str, str]] = field(default_factory=Counter)
    codes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _server: asyncio.Server | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        body, id = mail.get_body(), str(mail["Message-ID"]).strip(" <>").partition("@")[0]
        assert body is not None
        for address in envelope.rcpt_tos:
            self.letters[address, id] += 1
            self.codes[address] += CODE.findall(body.get_content()) if id.startswith("challenge") else []
        if self.loses:
            self.loses, self.lost = self.loses - 1, self.lost + 1
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 taken"

    async def come(self) -> None:
        """Or come back, at the same port."""
        if self._server is None:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(lambda: SMTP(self), "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def go(self) -> None:
        """Nobody listens any more."""
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None
