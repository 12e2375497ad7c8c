"""The door for people who can't reach any chat: what they need is one button, and their page is bound before anything is asked."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from aiohttp import web

from adapters.web.browser_cookie import Browsers, label
from adapters.web.crowding import Beginnings
from adapters.web.engine_port import to_page
from adapters.web.forms import fields
from adapters.web.pages import Pages
from adapters.web.render import buttons
from adapters.web.visitor_address import VisitorAddresses
from bot.model.prompt import Option
from bot.platform.ids import WindowId


class Start(Protocol):
    """Opens a conversation of a stranger, in a page window that is bound already."""

    async def __call__(self, wish: str, browser: str, label: str, language: str) -> WindowId:
        """`wish` is the id of one of the portal's buttons, `browser` the hash that the window will hold."""


class Portal:
    """The buttons' labels are sentences of the catalogue; the first is the one most people come for."""

    def __init__(
        self, pages: Pages, browsers: Browsers, wishes: Sequence[Option], start: Start, addresses: VisitorAddresses
    ) -> None:
        self._pages, self._browsers, self._wishes, self._start = pages, browsers, wishes, start
        self._addresses, self._beginnings = addresses, Beginnings()

    async def show(self, request: web.Request) -> web.Response:
        """The portal, which says nothing about anybody."""
        return self._choices(request, self._wishes)

    def shortcuts(self) -> list[web.RouteDef]:
        """A short address for each wish, to be printed, linked and said aloud: the portal, with that button first."""
        return [web.get(f"/{wish.id}", self._with_first(wish)) for wish in self._wishes]

    def _with_first(self, wish: Option) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def show(request: web.Request) -> web.Response:
            return self._choices(request, (wish, *(other for other in self._wishes if other != wish)))

        return show

    def _choices(self, request: web.Request, wishes: Sequence[Option]) -> web.Response:
        language = self._pages.language(request)
        return self._pages.page("portal.html", language, {"choices": buttons(wishes, self._pages.words, language)})

    async def begin(self, request: web.Request) -> web.Response:
        """Raises HTTPBadRequest for a wish that isn't on a button."""
        form = await fields(request, "wish")
        if form["wish"] not in {wish.id for wish in self._wishes}:
            raise web.HTTPBadRequest
        await self._beginnings.turn(self._browsers.hash(request), self._addresses.of(request))
        cookie, browser = self._browsers.named(request)
        called = label(request.headers.get("User-Agent", ""))
        response = to_page(await self._start(form["wish"], browser, called, self._pages.language(request)))
        self._browsers.keep(response, cookie)
        return response
