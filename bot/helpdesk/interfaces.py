"""What cases ask of the store: what speaks against another one, and how far a caller has come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.accounts.interfaces import Outcome
from bot.helpdesk.signals import CaseCounts
from bot.model.asker import Asker
from bot.model.step import Step
from bot.platform.ids import Action, CaseId, ConversationId, Kind, SubjectId


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """What speaks against another case."""

    open: int  # cases that this agent has open
    mine: CaseId | None  # this agent's open case for this account
    others: bool  # another agent has one
    failed: bool  # one has failed lately


@dataclass(frozen=True, slots=True)
class Progress:
    """What the caller has done so far. It holds no secret and no destination."""

    opened: str  # the browser that has the page; empty: none yet
    proved: tuple[Kind, ...]
    granted: bool
    outcome: Outcome | None  # of the operation, if one was begun
    ended: str  # the caller's last sentence; empty: not ended
    agent: SubjectId  # whose case it is now
    subject: SubjectId
    ticket: str
    asked: Kind | None  # of the method whose answer is waited for
    wrong: bool  # the last answer was
    late: bool  # nobody has opened the page in time


class CaseState(StrEnum):
    """How far a case has come, in one word."""

    ASKED = "asked"  # the link is on its way, and nobody has opened it
    OPENED = "opened"
    PROVEN = "proven"  # something; it isn't enough yet
    WAITING = "waiting"  # it was enough: the caller does the rest
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """One case, as a list has it."""

    case: CaseId
    subject: SubjectId
    agent: SubjectId
    action: Action
    at: float
    state: CaseState


class Hands(StrEnum):
    """How a case came into other hands: the last part of the audit's tag."""

    HANDED_OVER = "handed_over"
    TAKEN_OVER = "taken_over"


class CaseRecords(Protocol):
    """What cases ask of the store. All that a turn writes, it writes by facts."""

    async def case_history(self, agent: SubjectId, subject: SubjectId, failed: Collection[str], since: float) -> CaseHistory:
        """`failed`: the last sentences that count as such, since then."""

    async def counts(self, agent: SubjectId, subject: SubjectId, case: CaseId | None, now: float) -> CaseCounts:
        """What was opened before, by and for them; `case`: which isn't counted itself."""

    async def progress(self, case: CaseId) -> Progress | None:
        """As the records of the caller's conversation tell it. None: there is no such case."""

    async def standing(self, agent: SubjectId | None, ended_since: float, most: int) -> Sequence[CaseStanding]:
        """Open ones, oldest first, and behind them those that ended since then; of this agent, or (None) open ones of everybody."""

    async def pass_on(self, case: CaseId, was: SubjectId, asker: Asker, watcher: ConversationId, how: Hands) -> bool:
        """From `was` to whoever `asker` names, who watches it from `watcher` (empty: from nowhere yet); the audit tells of it.

        A transaction of its own. False, and nothing has happened: it isn't `was`'s, has ended, its caller has been granted
        something or a turn of theirs is being run, or whoever gets it has too many open.
        """

    async def of_caller(self, subject: SubjectId) -> CaseStanding | None:
        """The open one for this account."""

    async def end_for_caller(self, case: CaseId, subject: SubjectId, last: Step) -> None:
        """As `hang_up`, for the account that it is about."""

    async def hang_up(self, case: CaseId, agent: SubjectId, last: Step) -> None:
        """End the caller's conversation with these words, unless a turn of it is being run right now: then nothing happens.

        A transaction of its own, as all that comes from outside of a conversation. Only for the agent whose case it is.
        """
