"""Where the link of a notice leads: a GET tells what was changed and does nothing; one press, without signing in, undoes it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from adapters.web.browser_cookie import Browsers, label
from adapters.web.engine_port import to_page
from adapters.web.forms import fields
from adapters.web.pages import Pages
from bot.identity.not_me_links import DisownableChange, parted
from bot.platform.ids import GrantId, Line, WindowId


class Disown(Protocol):
    """Opens a conversation of a stranger who holds the link, in a page window that is bound already."""

    async def __call__(self, grant: GrantId, mac: Line, browser: str, label: str, language: str) -> WindowId:
        """`browser` is the hash that the window will hold."""


@dataclass(frozen=True, slots=True)
class NotMeDoor:
    """`change` reads what a link is about; None: it leads nowhere."""

    change: Callable[[GrantId, Line], Awaitable[DisownableChange | None]]
    disown: Disown


class NotMePage:
    """The page of a notice's link, `/n/<token>`."""

    def __init__(self, door: NotMeDoor, pages: Pages, browsers: Browsers) -> None:
        self._door, self._pages, self._browsers = door, pages, browsers

    async def show(self, request: web.Request) -> web.Response:
        """Mail scanners may come as often as they like."""
        return self._told(request, await self._door.change(*parted(request.match_info["token"])))

    async def press(self, request: web.Request) -> web.Response:
        """Works once; whoever presses later is told so, and nothing is written for them."""
        await fields(request, "not_me")
        grant, mac = parted(request.match_info["token"])
        change = await self._door.change(grant, mac)
        if change is None or change.pressed:
            return self._told(request, change)
        cookie, browser = self._browsers.named(request)
        called = label(request.headers.get("User-Agent", ""))
        response = to_page(await self._door.disown(grant, mac, browser, called, self._pages.language(request)))
        self._browsers.keep(response, cookie)
        return response

    def _told(self, request: web.Request, change: DisownableChange | None) -> web.Response:
        language = self._pages.language(request)
        return self._pages.page("not_me.html", language, {"change": change}, status=200 if change else 410)
