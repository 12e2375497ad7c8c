"""The door of everybody's own page: by the company's sign-in, or by what a proof on the sealed page has handed on; and out again."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from adapters.web.browser_cookie import Browsers, label
from adapters.web.crowding import Beginnings
from adapters.web.engine_port import to_page
from adapters.web.forms import fields, query
from adapters.web.pages import Pages
from adapters.web.signing_in import STATUS
from adapters.web.visitor_address import VisitorAddresses
from bot.coverage.own_page import OwnPage
from bot.coverage.sent_to_register import SentToRegister
from bot.identity.methods.identity_provider import Came, NotSignedIn, SignInFailure
from bot.identity.own_session import (
    ENTRY,
    LASTS,
    OwnSession,
    is_own_form,
    opened_session,
    own_form_token,
    sealed_session,
)
from bot.identity.own_sign_in import MARK, OwnSignIn
from bot.platform.clock import World
from bot.platform.ids import SubjectId, WindowId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret

HOME = "/me"
Returns = Callable[[web.Request, OwnSession], Awaitable[web.Response]]
Proves = Callable[[str, str, str], Awaitable[WindowId]]  # browser, label and language of whoever proves it on a page
Registers = Callable[[SubjectId, str, str, str], Awaitable[WindowId]]  # likewise, for an account that is known


class NotIn(Exception):  # noqa: N818 - an answer, not a fault
    """Nobody is in."""


@dataclass(frozen=True, slots=True)
class OwnDesk:
    """What the page is made of; whoever wires the whole hands it over. `sign_in` None: this house has no company sign-in."""

    page: OwnPage
    sign_in: OwnSignIn | None
    proves: Proves
    registers: Registers
    sent: SentToRegister
    keys: Keys
    world: World


class OwnDoor:
    """The cookie is good in this browser, for ten minutes; a stranger at the door sees the same whoever he says he is."""

    def __init__(self, desk: OwnDesk, pages: Pages, browsers: Browsers, addresses: VisitorAddresses) -> None:
        self._desk, self._pages, self._browsers, self._addresses = desk, pages, browsers, addresses
        self._beginnings = Beginnings()
        self._returns: dict[str, Returns] = {}
        self.name = browsers.name.replace("browser", "me")

    def on_return(self, target: str, returns: Returns) -> None:
        """What follows a sign-in that was begun for this target, in the place of the page itself."""
        self._returns[target] = returns

    def session(self, request: web.Request) -> OwnSession:
        """Raises NotIn."""
        cookie = request.cookies.get(self.name, "")
        found = opened_session(self._desk.keys, cookie, self._browsers.hash(request), self._desk.world.now())
        if found is None:
            raise NotIn
        return found

    def token(self, session: OwnSession) -> str:
        """Stands in every form of this session."""
        return own_form_token(self._desk.keys, session)

    async def posted(self, request: web.Request, *wanted: str) -> tuple[OwnSession, dict[str, str]]:
        """A form of this very session. Raises NotIn, HTTPForbidden."""
        session, form = self.session(request), await fields(request, "csrf", *wanted)
        if not is_own_form(self._desk.keys, session, form["csrf"]):
            raise web.HTTPForbidden
        return session, form

    async def prove(self, request: web.Request) -> web.Response:
        """To a sealed page that asks for a name, as the portal does."""
        await fields(request, "prove")
        await self._beginnings.turn(self._browsers.hash(request), self._addresses.of(request))
        cookie, browser = self._browsers.named(request)
        called = label(request.headers.get("User-Agent", ""))
        response = to_page(await self._desk.proves(browser, called, self._pages.language(request)))
        self._browsers.keep(response, cookie)
        return response

    async def enter(self, request: web.Request) -> web.Response:
        """With what the sealed page has handed on."""
        entry = (await fields(request, "entry"))["entry"]
        found = opened_session(self._desk.keys, entry, self._browsers.hash(request), self._desk.world.now(), ENTRY)
        return self._let_in(found, HOME) if found else self.shut(request, SignInFailure.OVER)

    async def leave(self, request: web.Request) -> web.Response:
        """To the provider. A GET leads there, since a form's redirect may not leave this site (CSP form-action)."""
        return await self.to_provider(request, "")

    async def to_provider(self, request: web.Request, target: str) -> web.Response:
        """`target`: what they come back to."""
        if self._desk.sign_in is None:
            return self.shut(request)
        try:
            return await self._browsers.sent(request, partial(self._desk.sign_in.begin, target))
        except NotSignedIn as no:
            return self.shut(request, no.why)

    async def back(self, request: web.Request) -> web.Response:
        """From the provider. Raises HTTPBadRequest for an address that no provider sends."""
        if self._desk.sign_in is None:
            raise web.HTTPNotFound
        came = Came(query(request, "state"), None if "error" in request.query else Secret(query(request, "code")))
        try:
            session, target = await self._desk.sign_in.finish(came, self._browsers.hash(request))
        except NotSignedIn as no:
            return self.shut(request, no.why)
        if target in self._returns:
            return self._kept(await self._returns[target](request, session), session)
        return self._let_in(session, HOME)

    async def out(self, request: web.Request) -> web.Response:
        """Back to the door; whoever isn't in stands there already."""
        with suppress(NotIn):
            await self.posted(request)
        response = web.Response(status=303, headers={"Location": HOME})
        response.del_cookie(self.name, path="/", secure=self._browsers.https, httponly=True, samesite="Lax")
        return response

    def shut(self, request: web.Request, why: SignInFailure | None = None) -> web.Response:
        """What whoever isn't in is shown: two ways in, and nothing about anybody."""
        status = STATUS.get(why, 403) if why else 200 if request.method == "GET" else 403
        context = {"why": why.value if why else "", "signs_in": self._desk.sign_in is not None}
        return self._pages.page("own_door.html", self._pages.language(request), context, status=status)

    def _let_in(self, session: OwnSession, there: str) -> web.Response:
        return self._kept(web.Response(status=303, headers={"Location": there}), session)

    def _kept(self, response: web.Response, session: OwnSession) -> web.Response:
        """Lax, since whoever comes from a link in a chat may be in already; forms have a token besides."""
        cookie, https = sealed_session(self._desk.keys, session), self._browsers.https
        response.set_cookie(self.name, cookie, max_age=int(LASTS), path="/", secure=https, httponly=True, samesite="Lax")
        return response


def is_own(request: web.Request) -> bool:
    """Of a way back from the provider: whether it was begun at this door."""
    return request.query.get("state", "").startswith(f"{MARK}.")
