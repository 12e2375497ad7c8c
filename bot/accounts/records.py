"""What accounts ask of the store: one row for each operation on a directory, keyed by the grant that it spends."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.conversation.facts import Fact
from bot.conversation.turn import Claim
from bot.ids import Action, GrantId, SubjectId


class Outcome(StrEnum):
    """What became of an operation."""

    INTENDED = "intended"
    CHANGED = "changed"
    REJECTED = "rejected"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Operation:
    """`mark` is the directory's own stamp, read before anything was done."""

    grant: GrantId
    action: Action
    subject: SubjectId
    outcome: Outcome
    mark: str


class Operations(Protocol):
    """Each method is one short transaction."""

    async def intend(
        self, grant: GrantId, action: Action, subject: SubjectId, claim: Claim, mark: str, facts: Sequence[Fact]
    ) -> bool:
        """Spend the grant and put the operation on disk. False: no such right (any more).

        Only for a grant that is on disk, not void, not expired, of this conversation, action and subject, while our claim is
        held; usable again from `rejected` and `unconfirmed`, never from `intended` or `changed`.
        """

    async def operation(self, grant: GrantId) -> Operation | None:
        """What is on record."""

    async def conclude(self, grant: GrantId, outcome: Outcome, facts: Sequence[Fact]) -> None:
        """Outcome, audit and notices together; only from `intended`, otherwise nothing."""
