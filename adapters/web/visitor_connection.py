"""One connection of a visitor: how long it may take to say what it wants, and what it is told when that is no HTTP."""

import asyncio
from collections.abc import Callable, Mapping

import structlog
from aiohttp import web

HEAD = 10.0  # seconds from connecting, or from a later request's first byte, until that request's head is whole
IDLE = 75.0  # seconds that a connection without a request is kept; proxies give theirs up after 60
READ = 30.0  # seconds in which an answer that was sent has to be read
LINGER = 2.0  # seconds for the rest of a body that nobody wants
EVERYWHERE = web.AppKey("everywhere", Mapping[str, str])  # headers that answers have which no route has made
log = structlog.get_logger()


class VisitorConnection(web.RequestHandler):
    """The library's protocol, with an end to each wait, and our words for what isn't HTTP: its own would name versions and log bytes."""

    def __init__(self, manager: web.Server, headers: Mapping[str, str], lost: "Callable[[VisitorConnection], None]") -> None:
        loop = asyncio.get_running_loop()
        super().__init__(manager, loop=loop, access_log=None, keepalive_timeout=IDLE, lingering_time=LINGER)  # type: ignore[arg-type]  # None is what it takes for no log
        self._headers, self._lost = headers, lost
        self._late: dict[str, asyncio.TimerHandle] = {}

    @property
    def silent(self) -> bool:
        """Whether it has never said what it wants."""
        return self._request_count == 0

    @property
    def waits_for_nothing(self) -> bool:
        """Whether no request of it is being answered."""
        return self._waiter is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Event of the loop."""
        super().connection_made(transport)
        self._within(HEAD, "head")

    def data_received(self, data: bytes) -> None:
        """Event of the loop. The clock of a head begins with its first byte and isn't wound up by those that follow."""
        heads = self._request_count
        super().data_received(data)
        if self._request_count > heads:
            self._in_time("head")
        elif self.waits_for_nothing and "head" not in self._late:
            self._within(HEAD, "head")

    def pause_writing(self) -> None:
        """Event of the loop: whoever asked doesn't read."""
        super().pause_writing()
        self._within(READ, "read")

    def resume_writing(self) -> None:
        """Event of the loop."""
        super().resume_writing()
        self._in_time("read")

    def connection_lost(self, exc: BaseException | None) -> None:
        """Event of the loop."""
        super().connection_lost(exc)
        for name in tuple(self._late):
            self._in_time(name)
        self._lost(self)

    def cut(self) -> None:
        """It ends here; nothing that waits to be sent is."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """What no route was asked: no HTTP at all, or a fault of the library's own, whose `message` quotes what was sent."""
        log.warning("http.malformed", status=status, fault=type(exc).__name__)
        if request.writer.output_size > 0:
            raise ConnectionError("An answer was under way already, so the connection ends without another one.")
        answer = web.Response(status=status, text=str(status), headers=self._headers)
        answer.force_close()
        return answer

    def log_exception(self, *_args: object, exc_info: BaseException | None = None, **_more: object) -> None:
        """The library's: its words may hold what was sent, so the kind of fault alone is told."""
        log.error("http.fault", fault=type(exc_info).__name__)

    def _within(self, seconds: float, name: str) -> None:
        self._late[name] = self._loop.call_later(seconds, self.cut)

    def _in_time(self, name: str) -> None:
        if clock := self._late.pop(name, None):
            clock.cancel()
