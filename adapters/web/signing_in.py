"""From the sealed page to the company's sign-in and back, in the one browser that the page is bound to."""

from typing import Protocol

from aiohttp import web

from adapters.web.browser_cookie import Browsers
from adapters.web.engine_port import to_page
from adapters.web.forms import query
from adapters.web.pages import Pages
from bot.identity.methods.identity_provider import Came, NotSignedIn, SignInFailure
from bot.platform.ids import WindowId
from bot.platform.secret import Secret

STATUS = {SignInFailure.AWAY: 503, SignInFailure.OVER: 409, SignInFailure.TOO_MANY: 429}  # all others: 403


class Signs(Protocol):
    """The part of company sign-in (bot/identity/methods/signing_in.py) that pages use."""

    async def begin(self, window: WindowId, browser: str) -> str:
        """Where to go. Raises NotSignedIn, Gone."""

    async def finish(self, came: Came, browser: str) -> WindowId:
        """The page that it is for. Raises NotSignedIn, Gone."""


class SigningInPages:
    """A GET leads there, since a form's redirect may not leave this site (CSP form-action); it changes nothing here."""

    def __init__(self, signs: Signs, pages: Pages, browsers: Browsers) -> None:
        self._signs, self._pages, self._browsers = signs, pages, browsers

    async def leave(self, request: web.Request) -> web.Response:
        """To the provider, whose address comes from its own description."""
        window = WindowId(request.match_info["window"])
        try:
            there = await self._signs.begin(window, self._browsers.hash(request))
        except NotSignedIn as no:
            return self._told(request, no, window)
        return web.Response(status=303, headers={"Location": there})

    async def back(self, request: web.Request) -> web.Response:
        """From the provider, to the page that asked. Raises HTTPBadRequest for an address that no provider sends."""
        state = query(request, "state")
        came = Came(state, Secret(query(request, "code")) if "error" not in request.query else None)
        try:
            return to_page(await self._signs.finish(came, self._browsers.hash(request)))
        except NotSignedIn as no:
            return self._told(request, no, WindowId(state.rpartition("~")[0]))

    def _told(self, request: web.Request, no: NotSignedIn, window: WindowId) -> web.Response:
        """Nothing is lost: the page is as it was, one button away. Whoever is told this is the page's own browser."""
        context = {"why": no.why.value, "window": window}
        return self._pages.page("signing_in.html", self._pages.language(request), context, status=STATUS.get(no.why, 403))
