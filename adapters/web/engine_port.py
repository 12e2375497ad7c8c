"""What pages ask of the engine, and which browser may see which page."""

from typing import Protocol

from aiohttp import web

from adapters.web.browser_cookie import Browsers
from bot.conversation.interfaces import Gone
from bot.conversation.view import View
from bot.model.whence import Whence
from bot.platform.ids import WindowId
from bot.platform.secret import Secret


class EnginePort(Protocol):
    """The part of the engine (bot/engine/engine.py) that pages use."""

    async def preview(self, link: str) -> View:
        """What the landing page shows; changes nothing. Raises Gone, Taken."""

    async def bind(self, link: str, browser: str, label: str, option: str | None = None) -> WindowId:
        """The first browser has it, and may choose at once. Raises Taken, Gone."""

    async def view(self, window: WindowId, who: str) -> View:
        """One conversation as one window sees it; `who` is the hash of the bound browser's cookie. Raises Gone to any other."""

    async def take_answer(
        self, token: str, who: str, *, option: str | None = None, said: Secret | None = None, whence: Whence | None = None
    ) -> View:
        """A button, or typed words. Raises Stale."""

    async def wait(self, window: WindowId, turn: int, seconds: float) -> None:
        """Until the conversation has moved past `turn`, or for so long."""


async def own_view(request: web.Request, engine: EnginePort, browsers: Browsers) -> tuple[WindowId, View]:
    """The page that the address names. Raises HTTPNotFound to any browser but the bound one: there it doesn't exist."""
    window = WindowId(request.match_info["window"])
    try:
        return window, await engine.view(window, browsers.hash(request))
    except Gone:
        raise web.HTTPNotFound from None


def to_page(window: WindowId) -> web.Response:
    """There, by GET: a reload asks nothing twice."""
    return web.Response(status=303, headers={"Location": f"/p/{window}"})
