"""Who speaks, by tenant and object id alone; guests, outsiders and robots are told apart and turned away."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from adapters.teams.activities import ReceivedActivity
from adapters.teams.connector import ApiRefused, Connector
from bot.model.turn import ChatAccount
from bot.platform.clock import World
from bot.platform.ids import ObjectId
from bot.platform.job_outbox import NotNow

KIND = "teams"
KNOWN_FOR = 300.0  # seconds that what Teams says of somebody is believed
MOST = 20_000  # people remembered
EXTERNAL = "#EXT#"  # in the principal name of every guest (Entra, "Properties of a B2B guest user")


class Stranger(StrEnum):
    """Why somebody isn't served; each is a sentence of the catalogue, `chat.refused.<value>`. A robot is told nothing."""

    GUEST = "guest"
    OUTSIDE = "outside"
    ROBOT = "robot"
    UNKNOWN = "unknown"  # Teams doesn't say; nothing is done for somebody who can't be told from a guest


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody of the house."""

    account: ChatAccount
    heard: ReceivedActivity


@dataclass
class Speakers:
    """Asks Teams about somebody once in five minutes."""

    tenant: str
    connector: Connector
    world: World
    _known: dict[str, tuple[float, Mapping[str, Any]]] = field(default_factory=dict)

    async def of(self, heard: ReceivedActivity) -> Speaker | Stranger:
        """Fails closed: whom Teams says nothing about is nobody."""
        if heard.robot:
            return Stranger.ROBOT
        if not heard.person or not heard.user:
            return Stranger.OUTSIDE if heard.user else Stranger.UNKNOWN
        try:
            member = await self._member(heard)
        except (ApiRefused, NotNow):
            return Stranger.UNKNOWN
        name = str(member.get("name") or heard.person_name)
        return refused(member, self.tenant, heard.person) or Speaker(account_of(ObjectId(self.tenant, heard.person), name), heard)

    async def _member(self, heard: ReceivedActivity) -> Mapping[str, Any]:
        now = self.world.now()
        at, member = self._known.get(heard.user, (0.0, {}))
        if not member or now - at > KNOWN_FOR:
            member = await self.connector.member(heard.service_url, heard.team or heard.conversation, heard.user)
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[heard.user] = (now, member)
        return member


def account_of(object: ObjectId, name: str = "") -> ChatAccount:
    """A person here is who they are in the tenant's directory."""
    return ChatAccount(KIND, f"{object.tenant}/{object.id}", name, object)


def refused(member: Mapping[str, Any], tenant: str, person: str) -> Stranger | None:
    """None: one of the house. What is missing is no reason to trust, so tenant and object have to be named, and so has the role."""
    said = {name: str(member.get(name) or "") for name in ("tenantId", "userRole", "userPrincipalName")}
    if said["userRole"].lower() == "guest" or EXTERNAL in said["userPrincipalName"].upper():
        return Stranger.GUEST
    if said["tenantId"].lower() != tenant or said["userRole"].lower() == "anonymous":
        return Stranger.OUTSIDE
    if str(member.get("aadObjectId") or member.get("objectId") or "").lower() != person:
        return Stranger.UNKNOWN
    return None if said["userRole"] or said["userPrincipalName"] else Stranger.UNKNOWN
