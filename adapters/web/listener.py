"""The listener: connections are taken while there is room, the silent ones make room for others, and none is lost to a full table."""

import asyncio
import errno
import socket
from contextlib import suppress
from functools import partial

import structlog
from aiohttp import web

from adapters.web.visitor_connection import EVERYWHERE, VisitorConnection

BACKLOG = 1024  # connections that the system keeps for us until they are taken
LOOK = 0.1  # seconds
PAUSE = 0.5  # seconds until another try where the system has nothing left for us
FULL = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
log = structlog.get_logger()


class Listener:
    """On one address. At most `most` connections are open at once: whoever comes then takes the place of one that wants nothing, or waits."""

    def __init__(self, application: web.Application, most: int, grace: float) -> None:
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=grace)
        self._headers, self._most = application.get(EVERYWHERE, {}), most
        self._open: dict[VisitorConnection, None] = {}  # in the order in which they came
        self._freed = asyncio.Event()
        self._sockets: list[socket.socket] = []
        self._accepting: list[asyncio.Task[None]] = []

    @property
    def ports(self) -> list[int]:
        """What is listened on."""
        return [each.getsockname()[1] for each in self._sockets]

    async def open(self, host: str, port: int) -> None:
        """Raises OSError: it can't be listened on."""
        await self._runner.setup()
        try:
            for family, *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE):
                self._sockets.append(listening := socket.create_server(address[:2], family=family, backlog=BACKLOG))
                listening.settimeout(0)
        except OSError:
            await self.close()
            raise
        if server := self._runner.server:
            self._accepting = [asyncio.create_task(self._accept(each, server)) for each in self._sockets]

    async def close(self) -> None:
        """Takes no more, and gives those who wait for an answer the time that they may take."""
        for task in self._accepting:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        for each in self._sockets:
            each.close()
        await self._runner.cleanup()

    async def _accept(self, listening: socket.socket, server: web.Server) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                visitor, _ = await loop.sock_accept(listening)
            except OSError as error:  # gone before it was taken, or no descriptor is left
                if error.errno in FULL:
                    log.warning("http.no_descriptors", open=len(self._open))
                    await asyncio.sleep(PAUSE)
                continue
            try:
                await self._room()
                await loop.connect_accepted_socket(partial(self._connection, server), visitor)
            except OSError:  # gone again
                visitor.close()
            except asyncio.CancelledError:
                visitor.close()
                raise

    def _connection(self, server: web.Server) -> VisitorConnection:
        made = VisitorConnection(server, self._headers, self._lost)
        self._open[made] = None
        return made

    def _lost(self, connection: VisitorConnection) -> None:
        self._open.pop(connection, None)
        self._freed.set()

    async def _room(self) -> None:
        """Until there is some. The oldest that never said anything goes first, then the oldest between two requests."""
        while len(self._open) >= self._most:
            self._freed.clear()
            idle = [one for one in self._open if one.waits_for_nothing]
            if idle:
                next((one for one in idle if one.silent), idle[0]).cut()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._freed.wait(), LOOK)  # or until one of them has had its answer
