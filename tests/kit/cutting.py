"""A wire that can be cut: passes bytes on to a server until a test says when to stop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import Enum

CHUNK = 65536


class Cut(Enum):
    """What becomes of bytes from now on."""

    NOT = "passed on"
    QUESTIONS = "the server hears nothing more, and everybody is hung up on"
    ANSWERS = "the server hears and acts, its answer never arrives"


@dataclass
class Cutting:
    """Listens on `port` of loopback."""

    port: int = 0
    cut: Cut = Cut.NOT

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def between(self, to_port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, away = await asyncio.open_connection("127.0.0.1", to_port)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(reader, away, Cut.QUESTIONS))
                both.create_task(self._pass(there, writer, Cut.ANSWERS))
        finally:
            away.close()
            writer.close()
            with suppress(OSError):
                await away.wait_closed()
            with suppress(OSError):
                await writer.wait_closed()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, unless: Cut) -> None:
        with suppress(OSError):
            while read := await reader.read(CHUNK):
                if self.cut is unless:
                    break
                writer.write(read)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def cutting(to_port: int) -> AsyncIterator[Cutting]:
    """Between a client and a server on loopback."""
    made = Cutting()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await made.between(to_port, reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await asyncio.sleep(0)
