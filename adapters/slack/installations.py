"""Where the app is installed, and by which token it speaks there: one workspace by configuration, or many by OAuth, kept sealed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from slack_bolt.authorization import AuthorizeResult

from adapters.http.refusals import ApiRefused
from adapters.slack.speaker import Sender
from adapters.slack.web_api import WebApi, called
from bot.platform.job_outbox import NotNow
from bot.platform.secret import Secret
from bot.platform.vault import Vault

FOLDER = "slack.installations"
PATIENCE = 1.0  # seconds; what came in isn't acknowledged before it is known to be ours
GONE = frozenset({"account_inactive", "app_uninstalled", "invalid_auth", "not_authed", "token_revoked", "token_expired"})


@dataclass(frozen=True, slots=True)
class Installation:
    """In one workspace, or in a whole organisation (`place` then begins with E)."""

    place: str
    enterprise: str  # the organisation that the workspace belongs to; empty: none
    token: Secret
    bot_id: str
    bot_user: str


@dataclass
class Installations:
    """Read anew each time, since other replicas install and forget as well; only a token of our own is known for good."""

    web_api: WebApi
    vault: Vault
    token: Secret | None = None  # of the one workspace, where there is no OAuth
    allowed: frozenset[str] = frozenset()  # workspaces and organisations that may install; empty with a token of our own
    _own: Installation | None = None

    async def installation_at(self, place: str) -> Installation | None:
        """None: not installed there (any more). Raises NotNow, ApiRefused when Slack has to be asked and doesn't say."""
        if self.token:
            own = await self._ours()
            return own if place in {own.place, own.enterprise} - {""} else None
        if self.allowed and place not in self.allowed:
            return None
        kept = await self.vault.get(FOLDER, place)
        return _opened(place, kept) if kept else None

    async def installation_for(self, sender: Sender) -> Installation | None:
        """Of the workspace, else of the organisation that it belongs to."""
        for place in dict.fromkeys((sender.home, sender.team, sender.enterprise)):
            if place and (found := await self.installation_at(place)):
                return found
        return None

    async def keep(self, found: Installation) -> None:
        """After somebody has installed the app."""
        document = {
            "enterprise": found.enterprise,
            "token": found.token.reveal(),
            "bot_id": found.bot_id,
            "bot_user": found.bot_user,
        }
        await self.vault.put(FOLDER, found.place, document)

    async def forget(self, place: str) -> None:
        """It was taken off there, or its token was revoked: gone at once."""
        self._own = None
        await self.vault.drop(FOLDER, place)

    async def forget_removed(self, team: str, enterprise: str, *, whole: bool) -> None:
        """What Slack tells of a workspace that has a token of its own isn't about its organisation's."""
        organisation = enterprise and (whole or await self.vault.get(FOLDER, team) is None)
        await self.forget(enterprise if organisation else team)

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """For bolt: which token serves this request."""
        for place in filter(None, (team_id, enterprise_id)):
            if found := await self.installation_at(place):
                return AuthorizeResult(
                    enterprise_id=enterprise_id,
                    team_id=team_id,
                    bot_token=found.token.reveal(),
                    bot_id=found.bot_id,
                    bot_user_id=found.bot_user,
                )
        return None

    async def _ours(self) -> Installation:
        if self._own is None:
            token = self.token or Secret("")
            try:
                async with asyncio.timeout(PATIENCE):
                    told = await called(self.web_api.client(token).auth_test())
            except TimeoutError:
                raise NotNow from None
            place = str(told["enterprise_id"]) if told.get("is_enterprise_install") else str(told["team_id"])
            enterprise = str(told.get("enterprise_id") or "")
            self._own = Installation(place, enterprise, token, str(told.get("bot_id") or ""), str(told.get("user_id") or ""))
        return self._own

    async def forget_dead_token(self, no: ApiRefused, dead: Installation) -> None:
        """Forgets it when Slack's refusal means that this token will never work again, unless there is a newer one by now."""
        if no.why in GONE and (now := await self.installation_at(dead.place)) and now.token.equals(dead.token):
            await self.forget(dead.place)


def _opened(place: str, kept: Mapping[str, object]) -> Installation:
    return Installation(place, str(kept["enterprise"]), Secret(str(kept["token"])), str(kept["bot_id"]), str(kept["bot_user"]))
