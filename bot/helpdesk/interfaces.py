"""What cases ask of the store: what speaks against another one, and how far a caller has come."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from bot.accounts.interfaces import Outcome
from bot.model.step import Step
from bot.platform.ids import CaseId, Kind, SubjectId


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


class CaseRecords(Protocol):
    """What cases ask of the store. All that a turn writes, it writes by facts."""

    async def case_history(self, agent: SubjectId, subject: SubjectId, failed: Collection[str], since: float) -> CaseHistory:
        """`failed`: the last sentences that count as such, since then."""

    async def progress(self, case: CaseId) -> Progress | None:
        """As the records of the caller's conversation tell it. None: there is no such case."""

    async def hang_up(self, case: CaseId, agent: SubjectId, last: Step) -> None:
        """End the caller's conversation with these words, unless a turn of it is being run right now: then nothing happens.

        A transaction of its own, as all that comes from outside of a conversation. Only for the agent whose case it is.
        """
