"""Who speaks in a vendor's chat: somebody of the house, or a stranger, whose reason to be turned away the audit knows."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from bot.messaging.ledger import AuditPort
from bot.model.facts import BY_STRANGERS, Audited
from bot.model.turn import ChatAccount
from bot.platform.clock import World
from bot.platform.ids import SubjectId

KNOWN_FOR = 300.0  # seconds that what a vendor says of somebody is believed
MOST = 20_000  # people remembered
S = TypeVar("S")


class Stranger(StrEnum):
    """Why somebody isn't served; each is a sentence of the catalogue, `chat.refused.<value>`. A robot is told nothing."""

    GUEST = "guest"
    OUTSIDE = "outside"
    LEFT = "left"
    ROBOT = "robot"
    UNKNOWN = "unknown"  # the vendor doesn't say; nothing is done for somebody who can't be told from a guest


@dataclass(frozen=True, slots=True)
class Speaker(Generic[S]):
    """Somebody of the house. `source`: where they spoke, as the vendor tells it."""

    account: ChatAccount
    language: str
    source: S


@dataclass
class ProfileCache:
    """Asks a vendor about somebody once in five minutes."""

    world: World
    _known: dict[tuple[str, str], tuple[float, Mapping[str, Any]]] = field(default_factory=dict)

    async def profile(self, place: str, user: str, ask: Callable[[], Awaitable[Mapping[str, Any]]]) -> Mapping[str, Any]:
        """Raises what `ask` raises. A vendor that says nothing is asked again."""
        key, now = (place, user), self.world.now()
        at, profile = self._known.get(key, (0.0, {}))
        if not profile or now - at > KNOWN_FOR:
            profile = await ask()
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[key] = (now, profile)
        return profile

    def forget(self, user: str) -> None:
        """The vendor has told that something about them is another now."""
        for key in [key for key in self._known if key[1] == user]:
            del self._known[key]


async def audit_stranger(audit: AuditPort, kind: str, address: str, why: Stranger) -> None:
    """Somebody was turned away: under the vendor's ids, since they are no subject here."""
    who = SubjectId(f"{kind}:{address}")
    await audit.audited(Audited(f"conversation:open:refused:chat.{why}", who, (BY_STRANGERS,)))
