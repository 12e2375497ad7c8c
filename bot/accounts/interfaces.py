"""What accounts ask of the store, of whoever checks grants, and of whoever counts; and the record of an operation."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.directory.interfaces import Person
from bot.model.facts import Fact, Granted
from bot.model.turn import Claim
from bot.platform.ids import Action, GrantId, SubjectId
from bot.platform.job_outbox import Queue, Sent
from bot.platform.sentences import args


class Outcome(StrEnum):
    """What became of an operation."""

    INTENDED = "intended"
    CHANGED = "changed"
    REJECTED = "rejected"
    UNCONFIRMED = "unconfirmed"  # it was sent, and may still arrive
    MOVED = "moved"  # the account was changed, and not surely by this


LATE = 60.0  # seconds in which a write that nobody heard the end of is watched, and nothing else is written over it
USABLE = (Outcome.REJECTED, Outcome.UNCONFIRMED, Outcome.MOVED)  # from these a grant may be used again
OPEN = (Outcome.INTENDED, Outcome.UNCONFIRMED, Outcome.MOVED)  # something may still arrive


class StillOpen(Exception):  # noqa: N818 - an answer: not yet
    """An earlier write on this account may still arrive, until `until` (seconds since the epoch)."""

    def __init__(self, until: float) -> None:
        super().__init__(until)
        self.until = until


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
        self,
        grant: GrantId,
        action: Action,
        subject: SubjectId,
        claim: Claim,
        mark: str,
        facts: Sequence[Fact],
        *,
        alone: bool = False,
    ) -> Operation | None:
        """Spend the grant and put the operation on disk. None: no such right (any more).

        Only for a grant that is on disk, not void, not expired, of this conversation, action and subject, while our claim is
        held; usable again from `USABLE`, never from `intended` or `changed`. `alone`: raises StillOpen while an earlier new
        password for this account may still arrive, of two at once for one of them.
        """

    async def open_until(self, subject: SubjectId, besides: GrantId | None = None) -> float:
        """Until when a new password that was sent to this account may still arrive; 0: none is on its way."""

    async def owns(self, subject: SubjectId, mark: str, besides: GrantId) -> bool:
        """Whether another operation is known to have left this very mark."""

    async def operation(self, grant: GrantId) -> Operation | None:
        """The operation of this grant, as it is on record. None: none was begun."""

    async def cause(self, grant: GrantId) -> Cause | None:
        """None: there was never such a grant."""

    async def last(self, subject: SubjectId, action: Action) -> Operation | None:
        """The newest one that changed this account, or may have."""

    async def conclude(
        self, made: Operation, outcome: Outcome, facts: Sequence[Fact], after: str = "", *, wakes: bool = False
    ) -> None:
        """Outcome, audit and notices together; nothing where `made` stands otherwise by now. `wakes`: its conversation is nudged."""


class GrantCheck(Protocol):
    """Whoever checks a grant anew before it is used, and counts."""

    async def authorize(self, grant: GrantId, action: Action, subject: SubjectId) -> Granted:
        """Raises Refuse: no such right."""


class Persons(Protocol):
    """Whoever knows the people behind subjects."""

    async def person(self, subject: SubjectId) -> Person:
        """Raises Refuse when the account is gone."""


class Allowance(Protocol):
    """How often something may be done to one account; each question counts."""

    async def effect(self, subject: SubjectId) -> None:
        """Raises Refuse over the limit."""

    async def may_try_password(self, subject: SubjectId, tries: int) -> bool:
        """Counts one more, and says whether it is among the first `tries`."""


def watch(subject: SubjectId, grant: GrantId, before: str) -> Sent:
    """The job; written with the intent, so that it's there whoever dies. `before`: the second directory's mark until then."""
    return Sent("follow", subject, args(grant=grant, before=before), Queue.WATCH)
