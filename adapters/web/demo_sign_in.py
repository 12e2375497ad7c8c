"""The demo company's stand-in for its sign-in: password and authenticator app of a made-up person; over a demo store alone."""

import hmac
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import web

from adapters.web.demo_port import Demo
from adapters.web.forms import fields, query
from adapters.web.pages import Pages
from bot.demo.seed import DEMO_PASSWORD
from bot.directory.interfaces import SignIn
from bot.identity.methods.identity_provider import NotSignedIn, SignedInClaims, SignInFailure
from bot.identity.methods.oidc_state import OidcRequest
from bot.platform.clock import World
from bot.platform.secret import Secret
from bot.settings.sections import CALLBACK

PATH = "/demo/company"
CLAIM = "preferred_username"
ADMINS = ("adam", "greta")  # whose codes the page shows, since nobody has their phones at hand


@dataclass
class DemoSignIn:
    """The port `Provider`, played by a page of the demo's own. Codes are good once, and gone with the process."""

    demo: Demo
    world: World
    _codes: dict[str, tuple[str, SignedInClaims]] = field(default_factory=dict)

    async def way(self, request: OidcRequest) -> str:
        return f"{PATH}?{urlencode({'state': request.state, 'nonce': request.nonce})}"

    async def attested(self, code: Secret, request: OidcRequest) -> SignedInClaims:
        nonce, claims = self._codes.pop(code.reveal(), ("", SignedInClaims({}, 0.0)))
        if not nonce or not hmac.compare_digest(nonce, request.nonce):
            raise NotSignedIn(SignInFailure.UNFIT, because="code")
        return claims

    async def code(self, login: str, password: Secret, typed: str, nonce: str) -> str | None:
        """None: not this person. The directory counts what is wrong with the password, as it would at a sign-in."""
        account = next((a for a in await self.demo.accounts() if a.login.casefold() == login.strip().casefold()), None)
        if account is None or await self.demo.sign_in(account.login, password) is not SignIn.RIGHT:
            return None
        app = (await self.demo.inbox(account.login)).authenticator
        if app is None or not hmac.compare_digest(app.code.encode(), typed.strip().encode(errors="replace")):
            return None
        code = self.world.bytes(16).hex()
        claims = {CLAIM: account.login, "amr": ["pwd", "otp", "mfa"]}
        self._codes[code] = (nonce, SignedInClaims(claims, self.world.now()))
        return code


class DemoSignInPage:
    """Stands where a company's own page would."""

    def __init__(self, sign_in: DemoSignIn, pages: Pages) -> None:
        self._sign_in, self._pages = sign_in, pages

    async def show(self, request: web.Request) -> web.Response:
        """A name, a password, and what the app on the demo's phone says."""
        return await self._page(request, query(request, "state"), query(request, "nonce"))

    async def typed(self, request: web.Request) -> web.Response:
        """Back to where it was asked for, as a provider does."""
        form = await fields(request, "state", "nonce", "login", "password", "code")
        code = await self._sign_in.code(form["login"], Secret(form["password"]), form["code"], form["nonce"])
        if code is None:
            return await self._page(request, form["state"], form["nonce"], form["login"], status=422)
        there = f"{CALLBACK}?{urlencode({'state': form['state'], 'code': code})}"
        return web.Response(status=303, headers={"Location": there})

    async def _page(
        self, request: web.Request, state: str, nonce: str, login: str = ADMINS[0], *, status: int = 200
    ) -> web.Response:
        wrong, demo = status != 200, self._sign_in.demo  # noqa: PLR2004 - all is well
        names = [account for account in await demo.accounts() if account.login in ADMINS]
        apps = [(one.name, app) for one in names if (app := (await demo.inbox(one.login)).authenticator)]
        context = {"state": state, "nonce": nonce, "login": login, "wrong": wrong, "apps": apps, "password": DEMO_PASSWORD}
        return self._pages.page("demo_sign_in.html", self._pages.language(request), context, status=status)
