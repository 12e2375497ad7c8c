"""The process of everybody outside: browsers and chat users, a mail server, Slack and Microsoft. One line of JSON in, one out."""

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

from aiohttp import ClientSession, DummyCookieJar
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.bench.chatting import Chatting
from tests.bench.outside import HOST
from tests.bench.visitor import PeerVisitor, Visitor
from tests.kit.microsoft import Microsoft
from tests.kit.slack import Workspace

PATIENCE = 20.0  # seconds for a mail to arrive


@dataclass
class Mailboxes:
    """All of them, on one server."""

    arrived: dict[str, "asyncio.Queue[str]"] = field(default_factory=lambda: defaultdict(asyncio.Queue))
    taken: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        body = message_from_bytes(envelope.content, policy=policy.default).get_body()
        assert body is not None
        self.taken += 1
        for address in envelope.rcpt_tos:
            self.arrived[address].put_nowait(body.get_content())
        return "250 taken"

    async def next(self, address: str) -> str:
        """The text of the mail that came first of those that nobody has read."""
        return await asyncio.wait_for(self.arrived[address].get(), PATIENCE)


@dataclass
class Outsiders:
    """What can be asked of them."""

    session: ClientSession
    mail: Mailboxes
    slack: Workspace
    teams: Microsoft

    async def resets(self, port: int, people: Sequence[Sequence[str]], password: str) -> int:
        """One person after the other, from the portal's button to the last word: how many requests it took."""
        requests = 0
        for number, (login, kind, secret) in enumerate(people):
            visitor = Visitor(self.session, f"http://127.0.0.1:{port}", {"Host": HOST, "Origin": f"http://{HOST}"})
            await visitor.resets(login, kind, secret, f"{password}-{number}", self.mail.next)
            requests += visitor.requests
        return requests

    async def mails(self) -> int:
        """So many have arrived."""
        return self.mail.taken

    async def peer(self, port: int, people: Sequence[Sequence[str]], password: str) -> int:
        """The same at LTB Self Service Password: how many requests it took."""
        requests = 0
        for number, (login, address) in enumerate(people):
            visitor = PeerVisitor(self.session, f"http://127.0.0.1:{port}/index.php", {})
            await visitor.resets(login, address, f"{password}-{number}", self.mail.next)
            requests += visitor.requests
        return requests

    async def visits(self, port: int, path: str, times: int) -> None:
        """Of a bare listener."""
        for _ in range(times):
            async with self.session.post(f"http://127.0.0.1:{port}{path}", data={"said": "Copper-Lantern"}) as answer:
                assert answer.status == 200
                await answer.read()

    async def chats(self, port: int, vendor: str, path: str, times: int) -> Mapping[str, Any]:
        """So many messages, each once the one before has been answered in the chat."""
        chatting = Chatting(self.session, f"http://127.0.0.1:{port}{path}", self.slack, self.teams)
        return await chatting.says(vendor, times)

    async def burst(self, port: int, path: str, people: Sequence[str]) -> Sequence[float]:
        """One message of each in Slack, all at once: milliseconds to each acknowledgement."""
        return await Chatting(self.session, f"http://127.0.0.1:{port}{path}", self.slack, self.teams).bursts(people)


async def main() -> None:
    """Until the input ends."""
    mail, slack, teams = Mailboxes(), Workspace(), Microsoft()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(mail), "127.0.0.1", 0)
    smtp = int(server.sockets[0].getsockname()[1])
    _tell({"smtp": smtp, "slack": await slack.start(), "teams": await teams.start()})
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        outsiders = Outsiders(session, mail, slack, teams)
        while line := await asyncio.to_thread(sys.stdin.readline):
            asked = json.loads(line)
            do: Callable[..., Awaitable[Any]] = getattr(outsiders, asked.pop("do"))
            _tell(await do(**asked))
    server.close()


def _tell(what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
