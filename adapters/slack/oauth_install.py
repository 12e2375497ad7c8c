"""OAuth: an admin installs the app into a workspace or an organisation, and its token is kept sealed."""

from collections.abc import Awaitable
from urllib.parse import urlencode

import structlog
from aiohttp import web

from adapters.http.refusals import ApiRefused
from adapters.slack.installations import Installation, Installations
from adapters.slack.scopes import SCOPES
from adapters.slack.web_api import WebApi, called
from bot.engine.chat_services import ChatServices
from bot.language.language_choice import accepted_languages
from bot.platform.job_outbox import NotNow
from bot.platform.secret import Secret
from bot.platform.sentences import args

INSTALL, CALLBACK = "/slack/install", "/slack/installed"
COOKIE, GOOD_FOR = "slack_install", 600  # seconds that somebody may take at Slack
AUTHORIZE = "https://slack.com/oauth/v2/authorize"
OURS = frozenset({"foreign", "rotation"})  # why we say no ourselves
log = structlog.get_logger()


class OAuthInstall:
    """The state is a number thrown for this browser, signed with its time: neither a replay nor somebody else's browser passes."""

    def __init__(
        self, client_id: str, secret: Secret, web_api: WebApi, installations: Installations, services: ChatServices
    ) -> None:
        self._client_id, self._secret, self._base_url = client_id, secret, services.base_url
        self._web_api, self._installations, self._keys, self._world = web_api, installations, services.keys, services.world
        self._incoming = services.engine.incoming

    async def begin(self, _request: web.Request) -> web.Response:
        """To Slack, which asks whether they want it."""
        stamp = f"{int(self._world.now())}.{self._world.bytes(16).hex()}"
        state = f"{stamp}~{self._keys.sign('slack install', stamp)}"
        asked = {"client_id": self._client_id, "scope": ",".join(SCOPES), "state": state, "redirect_uri": self._back}
        away = web.Response(status=302, headers={"Location": f"{AUTHORIZE}?{urlencode(asked)}"})
        https = self._base_url.startswith("https://")
        away.set_cookie(COOKIE, state, max_age=GOOD_FOR, httponly=True, secure=https, samesite="Lax", path=CALLBACK)
        return away

    async def end(self, request: web.Request) -> web.Response:
        """Back from Slack. 400, and nothing kept, for what we didn't begin or have ended, and for a workspace that isn't allowed."""
        state, code = request.query.get("state", ""), request.query.get("code", "")
        if not self._began(state) or request.cookies.get(COOKIE) != state:
            return self._told(request, "over", 400)
        if not code:
            return self._told(request, "denied", 400)
        if not await self._incoming.take_event(f"slack install {state}"):
            return self._told(request, "over", 400)
        try:
            installation = await self._installation(await called(self._exchange(code)))
        except (ApiRefused, NotNow) as no:
            why = getattr(no, "why", "unreachable")
            log.warning("slack.not_installed", why=why)
            return self._told(request, why if why in OURS else "failed", 400)
        await self._installations.keep(installation)
        done = self._told(request, "done", 200)
        done.del_cookie(COOKIE, path=CALLBACK)
        return done

    def _exchange(self, code: str) -> Awaitable[object]:
        return self._web_api.client().oauth_v2_access(
            client_id=self._client_id, client_secret=self._secret.reveal(), code=code, redirect_uri=self._back
        )

    def _told(self, request: web.Request, how: str, status: int) -> web.Response:
        """For the admin at the browser, with the way on."""
        wanted = accepted_languages(request.headers.get("Accept-Language", ""))
        words, url = self._incoming.words, self._base_url + INSTALL
        return web.Response(text=words.say(f"chat.install.{how}", args(url=url), words.best(wanted)), status=status)

    @property
    def _back(self) -> str:
        return self._base_url + CALLBACK

    def _began(self, state: str) -> bool:
        stamp, _, mac = state.rpartition("~")
        at, _, _ = stamp.partition(".")
        if not mac.isascii() or not self._keys.signed("slack install", stamp, mac) or not at.isdecimal():
            return False
        return 0 <= self._world.now() - int(at) <= GOOD_FOR

    async def _installation(self, found: dict[str, object]) -> Installation:
        """Raises ApiRefused for a workspace that the settings don't name, and for a token that would expire."""
        team, org = _id(found.get("team")), _id(found.get("enterprise"))
        place = org if found.get("is_enterprise_install") else team
        if place not in self._installations.allowed:
            raise ApiRefused("foreign")
        if found.get("refresh_token"):
            raise ApiRefused("rotation")
        token = Secret(str(found["access_token"]))
        told = await called(self._web_api.client(token).auth_test())
        return Installation(place, org, token, str(told.get("bot_id") or ""), str(found.get("bot_user_id") or ""))


def _id(part: object) -> str:
    return str(part.get("id") or "") if isinstance(part, dict) else ""
