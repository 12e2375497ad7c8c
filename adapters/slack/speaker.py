"""Who speaks, by immutable ids alone; guests, outsiders, robots and people who have left are told apart and turned away."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from adapters.slack.web_api import ApiRefused, WebApi, called
from bot.model.turn import ChatAccount
from bot.platform.clock import World
from bot.platform.job_outbox import NotNow
from bot.platform.secret import Secret

KIND = "slack"
PATIENCE = 1.5  # seconds for Slack to say who it is; whoever spoke waits for an acknowledgement, three at most
KNOWN_FOR = 300.0  # seconds that what Slack says of somebody is believed; `user_change` ends it at once
MOST = 20_000  # people remembered


class Stranger(StrEnum):
    """Why somebody isn't served; each is a sentence of the catalogue, `chat.refused.<value>`. A robot is told nothing."""

    GUEST = "guest"
    OUTSIDE = "outside"
    LEFT = "left"
    ROBOT = "robot"
    UNKNOWN = "unknown"  # Slack doesn't say; nothing is done for somebody who can't be told from a guest


@dataclass(frozen=True, slots=True)
class Spoke:
    """As a payload names them: the app was called in `team` (of the Grid organisation `enterprise`, if there is one) by `user`."""

    team: str
    enterprise: str
    user: str
    actor_team: str  # empty: Slack doesn't say, as in a channel that is shared with others
    actor_enterprise: str
    org_install: bool = False

    @property
    def outside(self) -> bool:
        """By the payload alone. The team that installed us isn't the team of whoever speaks.

        In an organisation people press in one workspace and belong to another; there Slack is asked whose they are.
        """
        if self.enterprise:
            return self.actor_enterprise not in ("", self.enterprise)
        return self.actor_team != self.team

    @property
    def home(self) -> str:
        """Whose tokens serve it."""
        return self.enterprise if self.org_install else self.team

    @property
    def place(self) -> Mapping[str, object]:
        """For the vault. Inverse of `placed`."""
        where = {"workspace": self.team, "enterprise": self.enterprise, "whole": self.org_install}
        return {"team": self.home, "user": self.user, **where}


def placed(place: Mapping[str, object]) -> Spoke:
    """Somebody of the house, as they were when they spoke last."""
    team, enterprise = str(place.get("workspace", place["team"])), str(place.get("enterprise", ""))
    return Spoke(team, enterprise, str(place["user"]), team, enterprise, bool(place.get("whole")))


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody of the house."""

    account: ChatAccount
    language: str
    spoke: Spoke


@dataclass
class Speakers:
    """Asks Slack about somebody once in five minutes."""

    wire: WebApi
    world: World
    _known: dict[tuple[str, str], tuple[float, Mapping[str, Any]]] = field(default_factory=dict)

    async def of(self, spoke: Spoke, token: Secret) -> Speaker | Stranger:
        """Fails closed: whom Slack says nothing about is nobody."""
        if spoke.outside or not spoke.user:
            return Stranger.OUTSIDE
        try:
            async with asyncio.timeout(PATIENCE):
                user = await self._user(spoke, token)
        except (ApiRefused, NotNow, TimeoutError):
            return Stranger.UNKNOWN
        return refused(user, spoke) or Speaker(_account(user, spoke), str(user.get("locale", "")), spoke)

    def forget(self, user: str) -> None:
        """Something about them has changed."""
        for known in [key for key in self._known if key[1] == user]:
            del self._known[known]

    async def _user(self, spoke: Spoke, token: Secret) -> Mapping[str, Any]:
        key, now = (spoke.team, spoke.user), self.world.now()
        at, user = self._known.get(key, (0.0, {}))
        if not user or now - at > KNOWN_FOR:
            found = await called(self.wire.client(token).users_info(user=spoke.user, include_locale=True))
            user = found.get("user") or {}
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[key] = (now, user)
        return user


def refused(user: Mapping[str, Any], spoke: Spoke) -> Stranger | None:
    """None: one of the house. A flag that is missing is no reason to trust, so the team has to be named as ours."""
    if user.get("deleted"):
        return Stranger.LEFT
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == "USLACKBOT":
        return Stranger.ROBOT
    if user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_invited_user"):
        return Stranger.GUEST
    grid = user.get("enterprise_user") or {}
    ours = grid.get("enterprise_id") == spoke.enterprise if spoke.enterprise else user.get("team_id") == spoke.team
    return Stranger.OUTSIDE if user.get("is_stranger") or not ours else None


def _account(user: Mapping[str, Any], spoke: Spoke) -> ChatAccount:
    """In a Grid organisation a person is known by that, since they are in many workspaces."""
    place = spoke.enterprise or spoke.team
    id = str((user.get("enterprise_user") or {}).get("id") or user["id"]) if spoke.enterprise else str(user["id"])
    profile = user.get("profile") or {}
    return ChatAccount(KIND, f"{place}/{id}", str(profile.get("display_name") or user.get("real_name") or user.get("name") or ""))
