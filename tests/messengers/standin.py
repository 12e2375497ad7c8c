"""Twilio as it is on the wire, on loopback: its paths, its errors, its signatures."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import BasicAuth, web
from aiohttp.test_utils import TestServer

from bot.messaging.messenger import Message
from bot.platform.ids import ChallengeId
from bot.platform.secret import Secret
from bot.settings.sections import TwilioSection

SID, KEY, SERVICE = "AC" + "a" * 32, "SK" + "b" * 32, "MG" + "c" * 32
SECRET, TOKEN = "the-key-secret", "the-auth-token"
SENDER, MOBILE, LANDLINE = "+15005550006", "+4915112345678", "+4930901820"
ORIGIN = "https://unlatch.example.com"
Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]


def section(**other: object) -> TwilioSection:
    """Sound settings, but for what is said."""
    given: dict[str, object] = {
        "account_sid": SID,
        "api_key_sid": KEY,
        "api_key_secret": SECRET,
        "auth_token": TOKEN,
        "from": SENDER,
        "countries": ["DE"],
        "daily_budget": 10.0,
        "price": 0.10,
    }
    return TwilioSection.model_validate({**given, **other})


def message(to: str = MOBILE, text: str = "123456 is your code.", *, id: str = "challenge-1", stranger: bool = False) -> Message:
    """As the post hands it over."""
    told = None if stranger else ChallengeId(id)
    return Message(id, Secret(to), "", Secret(text), told, stranger, good_for=299.5)


def signed(url: str, form: Mapping[str, str], token: str = TOKEN) -> str:
    """https://www.twilio.com/docs/usage/security: HMAC-SHA1 over the address and all parameters in the order of their names."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def error(status: int, code: int, said: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """As Twilio's API answers. What it says may hold the number."""
    body = {"code": code, "message": said, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}
    return web.json_response(body, status=status, headers=headers)


@dataclass
class Twilio:
    """`answers` are given instead of the usual one, in their order."""

    answers: list[Callable[[], web.Response]] = field(default_factory=list)
    delay: float = 0.0
    sent: list[dict[str, str]] = field(default_factory=list)
    called: list[dict[str, str]] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    state: str = "active"
    sms: bool = True
    numbers: int = 1
    open: tuple[str, ...] = ("DE",)
    url: str = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        app = web.Application(middlewares=[self._door])
        account = f"/2010-04-01/Accounts/{SID}"
        app.add_routes(
            [
                web.post(f"{account}/Messages.json", self._take),
                web.post(f"{account}/Calls.json", self._call),
                web.get(f"{account}.json", self._account),
                web.get(f"{account}/IncomingPhoneNumbers.json", self._numbers),
                web.get(f"/v1/Services/{SERVICE}/PhoneNumbers", self._of_service),
                web.get("/v1/Messaging/GeoPermissions", self._geo),
            ]
        )
        async with TestServer(app) as server:
            self.url = str(server.make_url("")).rstrip("/")
            yield

    @web.middleware
    async def _door(self, request: web.Request, handler: Respond) -> web.StreamResponse:
        given = BasicAuth.decode(request.headers.get("Authorization", "Basic Og=="))
        token = (given.login, given.password) == (SID, TOKEN)
        if not token and (given.login, given.password) != (KEY, SECRET):
            return error(401, 20003, "Authenticate")
        if request.path == f"/2010-04-01/Accounts/{SID}.json" and not token:
            return error(401, 20003, "A standard key can't read accounts")
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return error(404, 20404, f"The requested resource {request.path} was not found")

    async def _take(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        await asyncio.sleep(self.delay)
        if self.answers:
            return self.answers.pop(0)()
        if "To" not in form or "Body" not in form:
            return error(400, 21604, "A 'To' phone number is required.")
        self.sent.append(form)
        body = {"sid": f"SM{len(self.sent):032x}", "status": "queued", "error_code": None, "num_segments": "1", "price": None}
        return web.json_response({**body, "to": form["To"], "body": form["Body"]}, status=201)

    async def _call(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.delay)
        if self.answers:
            return self.answers.pop(0)()
        self.called.append({name: str(value) for name, value in (await request.post()).items()})
        return web.json_response({"sid": f"CA{len(self.called):032x}", "status": "queued"}, status=201)

    async def _account(self, request: web.Request) -> web.Response:
        self.reads.append(request.path)
        return web.json_response({"sid": SID, "status": self.state, "type": "Full"})

    async def _numbers(self, request: web.Request) -> web.Response:
        self.reads.append(request.path)
        found = [{"sid": "PN1", "phone_number": SENDER, "capabilities": {"sms": self.sms, "voice": True}}] * self.numbers
        return web.json_response({"incoming_phone_numbers": found, "page": 0, "page_size": 1, "next_page_uri": None})

    async def _of_service(self, request: web.Request) -> web.Response:
        self.reads.append(request.path)
        meta = {"key": "phone_numbers", "page": 0, "page_size": 1, "next_page_url": None, "url": "", "first_page_url": ""}
        return web.json_response({"phone_numbers": [{"sid": "PN1"}] * self.numbers, "meta": meta})

    async def _geo(self, request: web.Request) -> web.Response:
        self.reads.append(request.path)
        wanted = request.query["CountryCode"].split(",")
        return web.json_response(
            {"permissions": [{"country_code": c, "type": "country", "enabled": c in self.open} for c in wanted]}
        )
