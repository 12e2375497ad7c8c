"""Who speaks, by tenant and object id alone; guests, outsiders and robots are told apart and turned away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.http.refusals import ApiRefused
from adapters.teams.activities import ReceivedActivity
from adapters.teams.connector import Connector
from bot.engine.chat_speakers import ProfileCache, Speaker, Stranger
from bot.model.turn import ChatAccount
from bot.platform.ids import ObjectId
from bot.platform.job_outbox import NotNow

KIND = "teams"
EXTERNAL = "#EXT#"  # in the principal name of every guest (Entra, "Properties of a B2B guest user")


@dataclass(frozen=True)
class Speakers:
    """Told by what Teams says of somebody as a member of where they spoke."""

    tenant: str
    connector: Connector
    profiles: ProfileCache

    async def speaker(self, activity: ReceivedActivity) -> Speaker[ReceivedActivity] | Stranger:
        """Fails closed: whom Teams says nothing about is nobody."""
        if activity.robot:
            return Stranger.ROBOT
        if not activity.person or not activity.user:
            return Stranger.OUTSIDE if activity.user else Stranger.UNKNOWN
        try:
            member = await self.profiles.profile(self.tenant, activity.user, lambda: self._member(activity))
        except (ApiRefused, NotNow):
            return Stranger.UNKNOWN
        account = account_of(ObjectId(self.tenant, activity.person), str(member.get("name") or activity.person_name))
        return refused(member, self.tenant, activity.person) or Speaker(account, activity.language, activity)

    async def _member(self, activity: ReceivedActivity) -> Mapping[str, Any]:
        return await self.connector.member(activity.service_url, activity.team or activity.conversation, activity.user)


def account_of(object: ObjectId, name: str = "") -> ChatAccount:
    """A person here is who they are in the tenant's directory."""
    return ChatAccount(KIND, f"{object.tenant}/{object.id}", name, object)


def refused(member: Mapping[str, Any], tenant: str, person: str) -> Stranger | None:
    """Why this member isn't served. None: one of the house. What is missing is no reason to trust, so tenant and object have to be named, and so has the role."""
    said = {name: str(member.get(name) or "") for name in ("tenantId", "userRole", "userPrincipalName")}
    if said["userRole"].lower() == "guest" or EXTERNAL in said["userPrincipalName"].upper():
        return Stranger.GUEST
    if said["tenantId"].lower() != tenant or said["userRole"].lower() == "anonymous":
        return Stranger.OUTSIDE
    if str(member.get("aadObjectId") or member.get("objectId") or "").lower() != person:
        return Stranger.UNKNOWN
    return None if said["userRole"] or said["userPrincipalName"] else Stranger.UNKNOWN
