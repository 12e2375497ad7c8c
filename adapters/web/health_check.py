"""Is it alive, is it ready, and how is it doing: for balancers and for whoever watches."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

Ready = Callable[[], Awaitable[bool]]
FRESH = 1.0  # seconds


async def alive(_request: web.Request) -> web.Response:
    """Says no more than that this process answers."""
    return web.Response(text="ok")


def ready(asked: Ready) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Whether it can serve people now: 200 or 503, and nothing about why.

    It takes a write to know, so one answer holds for a second: however many strangers ask, no more is written than that.
    """
    told: tuple[float, bool] = (float("-inf"), False)
    looking = asyncio.Lock()

    async def answer(_request: web.Request) -> web.Response:
        nonlocal told
        seconds = asyncio.get_running_loop().time
        async with looking:
            if seconds() - told[0] >= FRESH:
                is_ready = await asked()
                told = seconds(), is_ready
        return web.Response(text="ok") if told[1] else web.Response(text="not ready", status=503)

    return answer


def metrics_app(text: Callable[[], str]) -> web.Application:
    """For a listener of its own, loopback by default: seen by strangers, its counters would tell who exists."""

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(text=text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app = web.Application()
    app.router.add_get("/metrics", metrics)
    return app
