"""What accounts ask of the store: one row for each operation on a directory, keyed by the grant that it spends."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.model.facts import Fact, Granted, Sent
from bot.model.turn import Claim
from bot.platform.ids import Action, GrantId, SubjectId
from bot.platform.sentences import args


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
    after: str = ""  # the directory's mark when it was done; empty: not known
    at: float = 0.0  # when it was intended


@dataclass(frozen=True, slots=True)
class Cause:
    """What a notice tells of: a grant, be it spent or void by now, when its conversation began, and what was done with it."""

    granted: Granted
    began: float
    operation: Operation | None  # None: it changed methods, and no directory

    @property
    def at(self) -> float:
        """When it happened, as near as we know."""
        return self.operation.at if self.operation else self.began


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

    async def cause(self, grant: GrantId) -> Cause | None:
        """None: there was never such a grant."""

    async def last(self, subject: SubjectId, action: Action) -> Operation | None:
        """The newest one that changed this account, or may have."""

    async def conclude(self, grant: GrantId, outcome: Outcome, facts: Sequence[Fact], after: str = "") -> None:
        """Outcome, audit and notices together; only from `intended`, otherwise nothing."""


def watch(subject: SubjectId, grant: GrantId, before: str) -> Sent:
    """The job; written with the intent, so that it's there whoever dies. `before`: the second directory's mark until then."""
    return Sent("follow", subject, args(grant=grant, before=before))
