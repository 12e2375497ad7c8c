"""The stand-in's door: every request has to carry a token that is in force, and may meet a fault that a test has prepared."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.directories.entra.cloud import CloudEndpoints
from tests.kit.graph.accounts import RIGHTS, Accounts, error
from tests.kit.graph.certificates import certificates
from tests.kit.graph.deltas import Deltas
from tests.kit.graph.signing import Signing
from tests.kit.graph.tenant import NEEDED, Tenant

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Fault = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]


@dataclass
class Graph:
    """`faults`: what the next request of a method, to a path with this ending, meets; the first that fits is used up."""

    tenant: Tenant
    faults: list[tuple[str, str, Fault]] = field(default_factory=list)
    page: int = 2  # objects on a page, however many are asked for: so that every test turns pages
    delay: float = 0.0  # seconds until a new password shows; below 0: never
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # (method, path, throttle priority)
    down: bool = False  # every question of Graph fails
    origin: str = ""
    signing: Signing = field(init=False)

    def __post_init__(self) -> None:
        self.signing = Signing(self.tenant)

    @property
    def cloud(self) -> CloudEndpoints:
        """For the adapter."""
        return CloudEndpoints(self.origin, self.origin, certificates().ca)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Graph"]:
        app = web.Application(middlewares=[self._door])
        app.add_routes([*self.signing.routes(), *Accounts(self).routes(), *Deltas(self).routes()])
        server = TestServer(app, host="127.0.0.1", scheme="https")
        await server.start_server(ssl=certificates().context())
        self.origin = self.signing.origin = f"https://127.0.0.1:{server.port}"
        try:
            yield self
        finally:
            await server.close()

    def meets(self, method: str, path: str, *faults: Fault) -> None:
        self.faults.extend((method, path, fault) for fault in faults)

    def questions(self, path: str = "") -> int:
        """How many were asked of Graph whose path ends so."""
        return sum(asked.startswith("/v1.0") and asked.endswith(path) for _, asked, _ in self.asked)

    @web.middleware
    async def _door(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.asked.append((request.method, request.path, request.headers.get("x-ms-throttle-priority", "")))
        for at, (method, path, fault) in enumerate(self.faults):
            if request.method == method and request.path.endswith(path):
                del self.faults[at]
                return await fault(request, handler)
        return await self._known(request, handler)

    async def _known(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/v1.0"):
            return await handler(request)
        if self.down:
            return error(500, "InternalServerError", "Something went wrong.")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.signing.issued:
            return error(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.")
        request[RIGHTS] = frozenset(jwt.decode(token, options={"verify_signature": False})["roles"])
        return await handler(request)


def throttled(after: str | None = "1", status: int = 429) -> Fault:
    """As Graph asks for patience."""

    async def fault(_request: web.Request, _handler: Handler) -> web.StreamResponse:
        answer = error(status, "TooManyRequests" if status == 429 else "serviceNotAvailable", "Please try again later.")
        if after is not None:
            answer.headers["Retry-After"] = after
        return answer

    return fault


def refused(status: int, code: str, said: str, /, **inner: object) -> Fault:
    """An error body of any kind."""

    async def fault(_request: web.Request, _handler: Handler) -> web.StreamResponse:
        return error(status, code, said, **inner)

    return fault


def cut(*, after: bool = False) -> Fault:
    """The connection breaks, before anything is done or after everything is."""

    async def fault(request: web.Request, handler: Handler) -> web.StreamResponse:
        if after:
            request[RIGHTS] = frozenset(NEEDED)
            await handler(request)
        assert request.transport is not None
        request.transport.abort()
        await asyncio.sleep(0)
        return web.Response()

    return fault
