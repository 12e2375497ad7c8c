"""A wire from one replica to a server, which tells one kind of request from another and does to each what is ordered for it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from tests.faults.fates import Fate, Fates

SOON = 1.0  # seconds for a server to do what arrives when its caller has hung up


class Protocolled(Protocol):
    """One connection's language."""

    async def question(self, reader: asyncio.StreamReader) -> tuple[str, bytes]:
        """The next request: its kind, and all of it. Raises IncompleteReadError at the end."""

    async def answer(self, reader: asyncio.StreamReader) -> bytes:
        """Some of what the server says; empty at the end. Takes note of what matters."""


@dataclass
class Wire:
    """Listens on `port` of loopback. `trusts` and `shows`: where the two speak TLS, it ends here and begins anew."""

    to: Callable[[], int]
    language: Callable[[], Protocolled]
    fates: Fates = field(default_factory=Fates)
    shows: ssl.SSLContext | None = None
    trusts: ssl.SSLContext | None = None
    port: int = 0
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection to its end."""
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        with suppress(OSError, ssl.SSLError, EOFError, asyncio.CancelledError):
            await self._carried(reader, writer)
        self._open.discard(task)
        writer.transport.abort()

    async def _carried(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = "localhost" if self.trusts else None
        there, away = await asyncio.open_connection("127.0.0.1", self.to(), ssl=self.trusts, server_hostname=name)
        said = self.language()
        connection = _Connection(self.fates, said, away, writer)
        both = [
            asyncio.ensure_future(connection.questions(reader)),
            asyncio.ensure_future(connection.answers(there)),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            await connection.delivered()
            await asyncio.wait(both[1:], timeout=SOON)  # whoever has hung up isn't told what was done; we are
        finally:
            for each in both:
                each.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            away.transport.abort()

    def close(self) -> None:
        for task in self._open:
            task.cancel()


@dataclass
class _Connection:
    fates: Fates
    said: Protocolled
    away: asyncio.StreamWriter
    back: asyncio.StreamWriter
    _mute: bool = False
    _late: list[asyncio.Task[None]] = field(default_factory=list)

    async def questions(self, reader: asyncio.StreamReader) -> None:
        while True:
            kind, octets = await self.said.question(reader)
            fate, seconds = self.fates.of(kind)
            match fate:
                case Fate.QUESTION_CUT:
                    return
                case Fate.ANSWER_CUT:
                    self._mute = True
                case Fate.HELD:  # and meanwhile its caller may hang up
                    self._late.append(asyncio.create_task(self._later(octets, seconds)))
                    continue
                case Fate.SLOW:
                    await asyncio.sleep(seconds)
                case Fate.PASSED:
                    pass
            await asyncio.gather(*self._late)
            self.away.write(octets)
            await self.away.drain()

    async def answers(self, reader: asyncio.StreamReader) -> None:
        while octets := await self.said.answer(reader):
            if self._mute:
                return
            self.back.write(octets)
            await self.back.drain()

    async def delivered(self) -> None:
        """What is still on its way arrives."""
        await asyncio.gather(*self._late)

    async def _later(self, octets: bytes, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.away.write(octets)
        await self.away.drain()


@asynccontextmanager
async def wired(wire: Wire) -> AsyncIterator[Wire]:
    """Until the block ends."""
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0, ssl=wire.shows)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        wire.close()
        await asyncio.sleep(0)
