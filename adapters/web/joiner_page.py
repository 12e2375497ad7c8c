"""Where a joiner's invitation leads: a GET tells what it is and does nothing; one press opens the page, for the first browser alone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from adapters.web.browser_cookie import Browsers, label
from adapters.web.engine_port import to_page
from adapters.web.forms import fields
from adapters.web.pages import Pages
from bot.identity.joiner_links import JoinerLink
from bot.platform.clock import World
from bot.platform.ids import Line, SubjectId, WindowId


class Join(Protocol):
    """Opens a conversation for a joiner, in a page window that is bound already."""

    async def __call__(self, subject: SubjectId, token: Line, browser: str, label: str, language: str) -> WindowId:
        """`browser` is the hash that the window will hold."""


@dataclass(frozen=True, slots=True)
class JoinerDoor:
    """`read` tells what a link is about; None: it leads nowhere (any more)."""

    read: Callable[[str], Awaitable[JoinerLink | None]]
    join: Join


class JoinerPage:
    """The page of an invitation, `/j/<token>`."""

    def __init__(self, door: JoinerDoor, pages: Pages, browsers: Browsers, world: World) -> None:
        self._door, self._pages, self._browsers, self._world = door, pages, browsers, world

    async def show(self, request: web.Request) -> web.Response:
        """Mail scanners may come as often as they like."""
        return self._told(request, await self._door.read(request.match_info["token"]))

    async def press(self, request: web.Request) -> web.Response:
        """Which browser has it is found out behind this, and told on the page."""
        await fields(request, "open")
        token = request.match_info["token"]
        link = await self._door.read(token)
        if link is None or self._early(link):
            return self._told(request, link)
        cookie, browser = self._browsers.named(request)
        called = label(request.headers.get("User-Agent", ""))
        response = to_page(await self._door.join(link.subject, Line(token), browser, called, self._pages.language(request)))
        self._browsers.keep(response, cookie)
        return response

    def _early(self, link: JoinerLink) -> bool:
        return link.start > self._world.now()

    def _told(self, request: web.Request, link: JoinerLink | None) -> web.Response:
        """It names nobody: whoever has found the link learns nothing by it."""
        context = {"link": link, "early": link is not None and self._early(link)}
        return self._pages.page("joiner.html", self._pages.language(request), context, status=200 if link else 410)
