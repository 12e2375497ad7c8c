"""What identity asks of the store: registered methods, challenges, proofs, grants, and attempt counters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from bot.identity.registered import Registered
from bot.model.facts import Audited, Challenged, Fact, Granted, Proved
from bot.platform.counters import Counters
from bot.platform.ids import ChallengeId, ConversationId, GrantId, Kind, MethodId, SubjectId, WindowId

LOCKED = 4_102_444_800.0  # a freeze until then (the year 2100): its owner locked it, and opens it again
KNOWN_FOR = 180 * 86_400.0  # seconds, as long as the browser's cookie


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    """A browser (the hash of its cookie) that was ticked as somebody's own; `label` is what it said it is: "Firefox on Windows"."""

    browser: str
    label: str
    at: float

    @property
    def named(self) -> str:
        """For its owner."""
        return f"{self.label}, {datetime.fromtimestamp(self.at, UTC):%Y-%m-%d}"


class Records(Counters, Protocol):
    """Reads, and the writes that can't wait for a turn to settle; attempt counters among them."""

    async def undelivered(self, id: ChallengeId, words: str) -> bool:
        """Its message won't arrive, as this sentence says; the conversation is nudged with it. False: known already, or over."""

    async def signed_in(self, asked: Challenged, confirmation: str, fact: Audited) -> bool:
        """Its company sign-in is on record; the conversation is nudged with it. False: signed in already, or over."""

    async def audited(self, *facts: Audited) -> None:
        """What happened outside of any turn."""

    async def challenge(self, id: ChallengeId) -> Challenged | None:
        """None: used up, or closed with its conversation."""

    async def open_questions(self, kind: Kind, subject: SubjectId | None = None) -> Sequence[tuple[Challenged, WindowId]]:
        """Those of this kind that wait for an answer on a bound page, each with its page; of one account's or of all."""

    async def proofs(self, conversation: ConversationId) -> Sequence[Proved]:
        """Not yet used by a grant, not void."""

    async def grant(self, id: GrantId) -> tuple[Granted, Sequence[Proved]] | None:
        """A grant on disk and not void, and the proofs that it ties up."""

    async def proofs_of(self, grant: GrantId) -> Sequence[Proved]:
        """What a grant ties up, whatever became of the grant."""

    async def methods(self, subject: SubjectId) -> Sequence[Registered]:
        """All that are registered, quarantined ones included, in the order of registration; of the kinds that are known here."""

    async def browsers(self, subject: SubjectId) -> Sequence[KnownBrowser]:
        """Those that this account's person ticked as their own in the last 180 days, in that order."""

    async def known_for(self, browser: str, besides: SubjectId) -> int:
        """For how many others this browser (its hash) is known."""

    async def frozen(self, subject: SubjectId) -> float:
        """Until when nothing is recovered or registered for this account; 0: it isn't frozen."""

    async def owner(self, method: MethodId) -> SubjectId | None:
        """Whose a registered method is."""

    async def written(self, *facts: Fact) -> bool:
        """Outside of any turn, all or none. False: none, since one of them can't be any more."""

    async def register(self, method: Registered) -> None:
        """A new method (used by seeding; dialogs register by facts)."""
