"""Where a link leads: a GET changes nothing, and one POST binds the first browser, chooses a method and has the code sent."""

from aiohttp import web

from adapters.web.browser_cookie import Browsers, label
from adapters.web.engine_port import EnginePort, to_page
from adapters.web.forms import fields
from adapters.web.pages import Pages
from adapters.web.render import buttons
from bot.conversation.interfaces import Gone, Taken
from bot.engine.understand import options_of


class LinkPage:
    """The page that a link leads to, `/l/<link>`."""

    def __init__(self, engine: EnginePort, pages: Pages, browsers: Browsers) -> None:
        self._engine, self._pages, self._browsers = engine, pages, browsers

    async def show(self, request: web.Request) -> web.Response:
        """Previews and mail scanners may come as often as they like."""
        try:
            view = await self._engine.preview(request.match_info["link"])
        except Taken:
            return self._shut(request, "taken")
        except Gone:
            return self._shut(request, "gone")
        if view.sealed:  # bound already; a GET doesn't tell to whom
            return self._shut(request, "taken")
        choices = buttons(options_of(view.prompt), self._pages.words, view.language)
        return self._pages.page("landing.html", view.language, {"asked": view.asked, "choices": choices})

    async def redeem(self, request: web.Request) -> web.Response:
        """A method's own button, or "open" where there is nothing to choose."""
        form = await fields(request, one_of=("option", "open"))
        cookie, browser = self._browsers.named(request)
        called = label(request.headers.get("User-Agent", ""))
        try:
            window = await self._engine.bind(request.match_info["link"], browser, called, form.get("option"))
        except Taken:
            return self._shut(request, "taken", tried=True)
        except Gone:
            return self._shut(request, "gone")
        response = to_page(window)
        self._browsers.keep(response, cookie)
        return response

    def _shut(self, request: web.Request, why: str, *, tried: bool = False) -> web.Response:
        """410. Who opened the link before may go on by a button, since only a POST may find out whether it was this browser."""
        known = why == "taken" and not tried and bool(self._browsers.hash(request))
        return self._pages.page("shut.html", self._pages.language(request), {"why": why, "known": known}, status=410)
