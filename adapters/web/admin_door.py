"""The door of the pages for admins: who is in, the way to the company's sign-in and back, and out again."""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from adapters.web.browser_cookie import Browsers
from adapters.web.forms import fields, query
from adapters.web.pages import Pages
from adapters.web.rules_form import read_form
from adapters.web.rules_port import RulesDesk
from adapters.web.signing_in import STATUS
from bot.directory.interfaces import Person
from bot.identity.admin_session import AdminSession, cookie_of, form_token, is_form_of
from bot.identity.admin_sign_in import MARK
from bot.identity.methods.identity_provider import Came, NotSignedIn, SignInFailure
from bot.platform.errors import Unavailable
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep
from bot.policy.rule_changes import Acting, WhyNot

HOME, ROLL_OUT = "/rules", "/roll-out"


class Shut(Exception):  # noqa: N818 - an answer, not a fault
    """Nobody who may be here. `target`: where they wanted to."""

    def __init__(self, target: str = "") -> None:
        super().__init__(target)
        self.target = target


@dataclass(frozen=True, slots=True)
class AtPage:
    """An admin at a page: the role was asked for a moment ago."""

    session: AdminSession
    person: Person
    acting: Acting
    token: str  # of every form on it


class AdminDoor:
    """The cookie is a session's: the browser forgets it when it is closed, and it is good in no other."""

    def __init__(self, desk: RulesDesk, pages: Pages, browsers: Browsers) -> None:
        self._desk, self._pages, self._browsers = desk, pages, browsers
        self.name = browsers.name.replace("browser", "admin")

    async def admin(self, request: web.Request, target: str = "") -> AtPage:
        """Raises Shut; Unavailable when nobody can tell, since the directory is silent."""
        desk, cookie = self._desk, request.cookies.get(self.name, "")
        try:
            found = await desk.admins.session(cookie, self._browsers.hash(request)) if cookie else None
        except Misstep as silent:
            raise Unavailable("directory") from silent
        if found is None:
            raise Shut(target)
        session, person = found
        acting = Acting(session.subject, session.fresh(desk.world.now()))
        return AtPage(session, person, acting, form_token(desk.keys, session))

    async def posted(self, request: web.Request, target: str = "") -> tuple[AtPage, dict[str, str]]:
        """A form of this very session. Raises Shut, HTTPForbidden; both are audited."""
        try:
            at = await self.admin(request, target)
        except Shut:
            await self._desk.changes.refused(None, WhyNot.NOT_SIGNED_IN)
            raise
        form = await read_form(request)
        if not is_form_of(self._desk.keys, at.session, form.get("csrf", "")):
            await self._desk.changes.refused(at.session.subject, WhyNot.FORGED)
            raise web.HTTPForbidden
        return at, form

    async def leave(self, request: web.Request) -> web.Response:
        """To the provider. A GET leads there, since a form's redirect may not leave this site (CSP form-action)."""
        target = query(request, "change") if "change" in request.query else ""
        if self._desk.sign_in is None:
            return await self.shut(request, target)
        try:
            return await self._browsers.sent(request, partial(self._desk.sign_in.begin, target))
        except NotSignedIn as no:
            return await self.shut(request, target, no.why)

    async def back(self, request: web.Request) -> web.Response:
        """From the provider, to where they wanted to. Raises HTTPBadRequest for an address that no provider sends."""
        if self._desk.sign_in is None:
            raise web.HTTPNotFound
        came = Came(query(request, "state"), None if "error" in request.query else Secret(query(request, "code")))
        try:
            session, target = await self._desk.sign_in.finish(came, self._browsers.hash(request))
        except NotSignedIn as no:
            return await self.shut(request, "", no.why)
        return self._let_in(session, target)

    async def at_door(self, request: web.Request) -> web.Response:
        """Both ways in, for whoever is in already and has to show anew that it's them."""
        return await self.shut(request, query(request, "change") if "change" in request.query else "")

    async def signed(self, request: web.Request) -> web.Response:
        """By a key of their own. Raises HTTPBadRequest, HTTPNotFound."""
        if self._desk.signature is None:
            raise web.HTTPNotFound
        form = await fields(request, "token", "said")
        try:
            session, target = await self._desk.signature.finish(form["token"], Secret(form["said"]), self._browsers.hash(request))
        except NotSignedIn as no:
            return await self.shut(request, "", no.why)
        return self._let_in(session, target)

    async def out(self, request: web.Request) -> web.Response:
        """Back to the door; whoever isn't signed in stands there already."""
        with suppress(Shut):
            await self.posted(request)
        response = web.Response(status=303, headers={"Location": HOME})
        response.del_cookie(self.name, path="/", secure=self._browsers.https, httponly=True, samesite="Lax")
        return response

    async def shut(self, request: web.Request, target: str, why: SignInFailure | None = None) -> web.Response:
        """What whoever isn't signed in is shown: nothing about any rule."""
        status = STATUS.get(why, 403) if why else 200 if request.method == "GET" else 403
        cookie, browser = self._browsers.named(request)
        asked = await self._desk.signature.asked(target, browser) if self._desk.signature else None
        context = {"target": target, "why": why.value if why else "", "on": self._desk.sign_in is not None, "asked": asked}
        response = self._pages.page("rules_door.html", self._pages.language(request), context, status=status)
        self._browsers.keep(response, cookie)
        return response

    def _let_in(self, session: AdminSession, target: str) -> web.Response:
        there = ROLL_OUT if target == ROLL_OUT[1:] else f"{HOME}/changes/{target}" if target else HOME
        response = web.Response(status=303, headers={"Location": there})
        self._keep(response, cookie_of(self._desk.keys, session))
        return response

    def _keep(self, response: web.Response, cookie: str) -> None:
        """Lax, since whoever comes from a link in a chat has signed in already; forms have a token besides."""
        response.set_cookie(self.name, cookie, path="/", secure=self._browsers.https, httponly=True, samesite="Lax")


def is_admins(request: web.Request) -> bool:
    """Of a way back from the provider: whether it was begun at this door."""
    return request.query.get("state", "").startswith(f"{MARK}.")
