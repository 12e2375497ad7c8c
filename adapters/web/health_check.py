"""Is it alive, is it ready, and how is it doing: for balancers and for whoever watches."""

from collections.abc import Awaitable, Callable

from aiohttp import web

Ready = Callable[[], Awaitable[bool]]


async def alive(_request: web.Request) -> web.Response:
    """Says no more than that this process answers."""
    return web.Response(text="ok")


def ready(asked: Ready) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Whether it can serve people now: 200 or 503, and nothing about why."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="ok") if await asked() else web.Response(text="not ready", status=503)

    return answer


def metrics_app(text: Callable[[], str]) -> web.Application:
    """For a listener of its own, loopback by default: seen by strangers, its counters would tell who exists."""

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(text=text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app = web.Application()
    app.router.add_get("/metrics", metrics)
    return app
