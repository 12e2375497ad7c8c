"""Who speaks, by immutable ids alone; guests, outsiders, robots and people who have left are told apart and turned away."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.http.refusals import ApiRefused
from adapters.slack.web_api import WebApi, called
from bot.engine.chat_speakers import ProfileCache, Speaker, Stranger
from bot.model.turn import ChatAccount
from bot.platform.job_outbox import NotNow
from bot.platform.secret import Secret

KIND = "slack"
PATIENCE = 1.5  # seconds for Slack to say who it is; whoever spoke waits for an acknowledgement, three at most


@dataclass(frozen=True, slots=True)
class Sender:
    """As a payload names them: the app was called in `team` (of the Grid organisation `enterprise`, if there is one) by `user`."""

    team: str
    enterprise: str
    user: str
    actor_team: str  # empty: Slack doesn't say, as in a channel that is shared with others
    actor_enterprise: str
    org_install: bool = False
    channel: str = ""  # their direct messages with the app, where the payload names them

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
        """The workspace or organisation whose installation serves them."""
        return self.enterprise if self.org_install else self.team

    @property
    def place(self) -> Mapping[str, object]:
        """By which workspace they are reached, as the vault keeps it. Inverse of `sender_at`."""
        where = {"workspace": self.team, "enterprise": self.enterprise, "whole": self.org_install, "channel": self.channel}
        return {"team": self.home, "user": self.user, **where}


def sender_at(place: Mapping[str, object]) -> Sender:
    """Somebody of the house, as they were when they spoke last."""
    team, enterprise = str(place.get("workspace", place["team"])), str(place.get("enterprise", ""))
    return Sender(team, enterprise, str(place["user"]), team, enterprise, bool(place.get("whole")), str(place.get("channel", "")))


@dataclass
class Speakers:
    """Told by Slack's own word on them; `user_change` ends at once what it said before."""

    web_api: WebApi
    profiles: ProfileCache

    async def speaker(self, sender: Sender, token: Secret) -> Speaker[Sender] | Stranger:
        """Fails closed: whom Slack says nothing about is nobody."""
        if sender.outside or not sender.user:
            return Stranger.OUTSIDE
        try:
            async with asyncio.timeout(PATIENCE):
                user = await self.profiles.profile(sender.team, sender.user, lambda: self._profile(sender, token))
        except (ApiRefused, NotNow, TimeoutError):
            return Stranger.UNKNOWN
        return refused(user, sender) or Speaker(_account(user, sender), str(user.get("locale", "")), sender)

    async def _profile(self, sender: Sender, token: Secret) -> Mapping[str, Any]:
        found = await called(self.web_api.client(token).users_info(user=sender.user, include_locale=True))
        return found.get("user") or {}


def refused(user: Mapping[str, Any], sender: Sender) -> Stranger | None:
    """Why this user isn't served. None: one of the house. A flag that is missing is no reason to trust, so the team has to be named as ours."""
    if user.get("deleted"):
        return Stranger.LEFT
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == "USLACKBOT":
        return Stranger.ROBOT
    if user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_invited_user"):
        return Stranger.GUEST
    grid = user.get("enterprise_user") or {}
    ours = grid.get("enterprise_id") == sender.enterprise if sender.enterprise else user.get("team_id") == sender.team
    return Stranger.OUTSIDE if user.get("is_stranger") or not ours else None


def _account(user: Mapping[str, Any], sender: Sender) -> ChatAccount:
    """In a Grid organisation a person is known by that, since they are in many workspaces."""
    place = sender.enterprise or sender.team
    id = str((user.get("enterprise_user") or {}).get("id") or user["id"]) if sender.enterprise else str(user["id"])
    profile = user.get("profile") or {}
    return ChatAccount(KIND, f"{place}/{id}", str(profile.get("display_name") or user.get("real_name") or user.get("name") or ""))
