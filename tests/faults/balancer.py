"""Between people and replicas: each request goes to one of those that let somebody in, and a client may hang up before its answer."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import aiohttp

from tests.faults.ledger import Ledger
from tests.faults.replicas import Replica

HOST = "localhost:8400"
PATIENCE, HASTE = 20.0, 0.05  # seconds for an answer; and of whoever has none


@dataclass(frozen=True)
class Came:
    """What came back; `status` 0: nothing."""

    status: int
    text: str = ""
    location: str = ""
    cookie: str = ""


@dataclass
class Balancer:
    """Whoever doesn't let us in is passed over; whoever has let us in has the request."""

    session: aiohttp.ClientSession
    replicas: Sequence[Replica]
    ledger: Ledger

    async def send(
        self,
        chance: Random,
        method: str,
        path: str,
        body: bytes | Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        haste: bool = False,
    ) -> Came:
        """`haste`: the client is gone before most answers."""
        order = chance.sample(list(self.replicas), len(self.replicas))
        for replica in order:
            try:
                async with asyncio.timeout(HASTE if haste else PATIENCE):
                    came = await self._sent(replica, method, path, body, headers or {})
            except aiohttp.ClientConnectorError:
                continue
            except (aiohttp.ClientError, TimeoutError, ConnectionError) as fault:
                return self._counted(Came(0), "left" if haste else type(fault).__name__)
            return self._counted(came, str(came.status))
        await asyncio.sleep(0.5)
        return self._counted(Came(0), "nobody there")

    def _counted(self, came: Came, what: str) -> Came:
        self.ledger.answers[what] += 1
        return came

    async def _sent(
        self, replica: Replica, method: str, path: str, body: bytes | Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> Came:
        given = {"Host": HOST, "Origin": f"http://{HOST}", **headers}
        url = f"http://127.0.0.1:{replica.port}{path}"
        async with self.session.request(method, url, data=body, headers=given, allow_redirects=False) as answer:
            cookie = answer.cookies["browser"].value if "browser" in answer.cookies else ""
            return Came(answer.status, await answer.text(), answer.headers.get("Location", ""), cookie)
