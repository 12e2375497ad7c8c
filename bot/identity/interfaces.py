"""What identity asks of the store: registered methods, challenges, proofs, grants, and attempt counters."""

from collections.abc import Sequence
from typing import Protocol

from bot.identity.registered import Registered
from bot.model.facts import Audited, Challenged, Granted, Proved
from bot.platform.counters import Counters
from bot.platform.ids import ChallengeId, ConversationId, GrantId, SubjectId


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

    async def proofs(self, conversation: ConversationId) -> Sequence[Proved]:
        """Not yet used by a grant, not void."""

    async def grant(self, id: GrantId) -> tuple[Granted, Sequence[Proved]] | None:
        """A grant on disk and not void, and the proofs that it ties up."""

    async def methods(self, subject: SubjectId) -> Sequence[Registered]:
        """All that are registered, quarantined ones included, in the order of registration; of the kinds that are known here."""

    async def knows_browser(self, subject: SubjectId, browser: str) -> bool:
        """Whether enough was proved for this account in this browser (its hash) in the last 180 days."""

    async def frozen(self, subject: SubjectId) -> float:
        """Until when nothing is recovered or registered for this account; 0: it isn't frozen."""

    async def register(self, method: Registered) -> None:
        """A new method (used by seeding; dialogs register by facts)."""
