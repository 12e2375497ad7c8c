"""Our page on phones, `/approve`: it can be installed, asks what waits for this phone, and sends what the phone's key has signed."""

from dataclasses import dataclass

from aiohttp import web

from adapters.web.assets import Assets
from adapters.web.browser_cookie import label
from adapters.web.forms import fields
from adapters.web.pages import Pages
from adapters.web.security_headers import CSP
from bot.identity.methods.approving import PATH, Approving, PhoneOutcome
from bot.messaging.phone_push import Subscription
from bot.platform.constant_time import paced
from bot.platform.ids import ChallengeId, MethodId

# This page alone has a worker and a manifest.
PHONE_CSP = f"{CSP}; worker-src 'self'; manifest-src 'self'"
STATUS = {
    PhoneOutcome.DONE: 200,
    PhoneOutcome.DENIED: 200,
    PhoneOutcome.WRONG: 422,
    PhoneOutcome.OVER: 410,
    PhoneOutcome.UNSIGNED: 403,
}


@dataclass(frozen=True)
class PhonePage:
    """Nothing here goes by a cookie: whoever signs is known by their key."""

    approving: Approving
    pages: Pages
    assets: Assets
    company: str

    def routes(self) -> list[web.RouteDef]:
        """All below one path, which is the worker's scope."""
        return [
            web.get(PATH, self.show),
            web.get(f"{PATH}/app.webmanifest", self.manifest),
            web.get(f"{PATH}/worker.js", self.worker),
            web.get(f"{PATH}/nonce", self.nonce),
            web.post(f"{PATH}/pair", self.pair),
            web.post(f"{PATH}/asked", self.asked),
            web.post(f"{PATH}/answer", self.answer),
            web.post(f"{PATH}/subscribe", self.subscribe),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """The same for everybody: what this phone is, its script finds out."""
        page = self.pages.page("phone.html", self.pages.language(request), {"path": PATH, "vapid": self._key})
        page.headers["Content-Security-Policy"] = PHONE_CSP
        return page

    @property
    def _key(self) -> str:
        """For which browsers subscribe; empty: this house pushes nothing."""
        return self.approving.push.key if self.approving.push else ""

    async def manifest(self, _request: web.Request) -> web.Response:
        """What a home screen shows (W3C Web Application Manifest)."""
        icons = [{"src": self.assets.url("logo"), "sizes": "any", "purpose": "any"}]
        about = {"name": self.company, "short_name": self.company, "id": PATH, "start_url": PATH, "scope": PATH}
        looks = {"display": "standalone", "background_color": "#f4f6f6", "theme_color": "#0b6b5d", "icons": icons}
        return web.json_response({**about, **looks}, content_type="application/manifest+json")

    async def worker(self, request: web.Request) -> web.StreamResponse:
        """What runs when a push arrives. Its scope is the page without a slash at its end, which has to be allowed."""
        request.match_info["name"] = "worker.js"
        answer = await self.assets.serve(request)
        answer.headers.update({"Service-Worker-Allowed": PATH, "Cache-Control": "no-cache"})
        return answer

    async def nonce(self, _request: web.Request) -> web.Response:
        """To be signed."""
        return web.json_response({"nonce": self.approving.nonce()})

    async def pair(self, request: web.Request) -> web.Response:
        """A new phone."""
        form = await fields(request, "code", "number", "key", "signature")
        called = label(request.headers.get("User-Agent", ""))
        async with paced():
            answered, device = await self.approving.pair(form["code"], form["number"], form["key"], called, form["signature"])
        return _told(answered, device=device)

    async def asked(self, request: web.Request) -> web.Response:
        """What waits for this phone, as a part of its page. 403: it has to sign anew, or isn't on file (any more)."""
        form = await fields(request, "device", "nonce", "signature")
        phone = await self.approving.asked(MethodId(form["device"]), form["nonce"], form["signature"])
        if phone is None:
            return _told(PhoneOutcome.UNSIGNED)
        context = {"phone": phone, "device": form["device"], "now": self.approving.world.now()}
        return self.pages.page("phone_asked.html", self.pages.language(request), context)

    async def subscribe(self, request: web.Request) -> web.Response:
        """Where this phone takes pushes."""
        form = await fields(request, "device", "nonce", "endpoint", "p256dh", "auth", "signature")
        to = Subscription(form["endpoint"], form["p256dh"], form["auth"])
        return _told(await self.approving.subscribe(MethodId(form["device"]), form["nonce"], to, form["signature"]))

    async def answer(self, request: web.Request) -> web.Response:
        """Yes, or that wasn't me."""
        form = await fields(request, "device", "challenge", "number", "word", "signature")
        challenge, said = ChallengeId(form["challenge"]), (form["number"], form["word"], form["signature"])
        return _told(await self.approving.answer(MethodId(form["device"]), challenge, *said))


def _told(answered: PhoneOutcome, **more: str) -> web.Response:
    return web.json_response({"answered": answered.value, **more}, status=STATUS[answered])
