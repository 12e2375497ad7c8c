"""OAuth: an admin installs the app into a workspace or an organisation, and its token is kept sealed."""

from urllib.parse import urlencode

import structlog
from aiohttp import web

from adapters.slack.calling import SaidNo, Wire, called
from adapters.slack.installations import Installation, Installations
from adapters.slack.scopes import SCOPES
from bot.jobs import NotNow
from bot.keys import Keys
from bot.secret import Secret
from bot.world import World

INSTALL, CALLBACK = "/slack/install", "/slack/installed"
COOKIE, GOOD_FOR = "slack_install", 600  # seconds that somebody may take at Slack
AUTHORIZE = "https://slack.com/oauth/v2/authorize"
log = structlog.get_logger()


class Installing:
    """The state is a number thrown for this browser, signed with its time: neither a replay nor somebody else's browser passes."""

    def __init__(
        self, client_id: str, secret: Secret, base_url: str, wire: Wire, installations: Installations, keys: Keys, world: World
    ) -> None:
        self._client_id, self._secret, self._base_url = client_id, secret, base_url
        self._wire, self._installations, self._keys, self._world = wire, installations, keys, world

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
        """Back from Slack. Raises HTTPBadRequest for what we didn't begin, and for a workspace that isn't allowed."""
        state, code = request.query.get("state", ""), request.query.get("code", "")
        if not code or not self._began(state) or request.cookies.get(COOKIE) != state:
            raise web.HTTPBadRequest
        try:
            found = await called(
                self._wire.client().oauth_v2_access(
                    client_id=self._client_id, client_secret=self._secret.reveal(), code=code, redirect_uri=self._back
                )
            )
            installation = await self._installation(found)
        except (SaidNo, NotNow) as no:
            log.warning("slack.not_installed", why=getattr(no, "why", "unreachable"))
            raise web.HTTPBadRequest from None
        await self._installations.keep(installation)
        done = web.Response(text=f"Installed in {installation.place}. You can close this page and talk to the app in Slack.")
        done.del_cookie(COOKIE, path=CALLBACK)
        return done

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
        """Raises SaidNo for a workspace that the settings don't name."""
        team, org = _id(found.get("team")), _id(found.get("enterprise"))
        place = org if found.get("is_enterprise_install") else team
        if place not in self._installations.allowed:
            raise SaidNo("not_allowed")
        token = Secret(str(found["access_token"]))
        told = await called(self._wire.client(token).auth_test())
        return Installation(place, org, token, str(told.get("bot_id") or ""), str(found.get("bot_user_id") or ""))


def _id(part: object) -> str:
    return str(part.get("id") or "") if isinstance(part, dict) else ""
