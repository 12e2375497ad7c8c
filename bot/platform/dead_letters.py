"""Letters that never got there: kept for a while ([retention] letters), shown to operators, and sent again where that is still of use."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.platform.ids import SubjectId
from bot.platform.job_outbox import Queue

OVERDUE = 900.0  # seconds; whatever waits for longer is worth a look
SENDABLE = frozenset({"notice"})  # codes and links die with what they were for, and an alarm is said anew


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Ids and outcomes alone: whoever reads this list learns no address and no code."""

    id: int
    kind: str
    queue: Queue
    to: SubjectId
    why: str
    tries: int
    at: float
    died: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many jobs are overdue, and since when the oldest waits."""

    overdue: int
    since: float | None
    dead: int


class DeadLetters(Protocol):
    """What operators ask the store."""

    async def dead(self) -> Sequence[DeadLetter]:
        """All that are kept, newest first."""

    async def waiting(self) -> Waiting:
        """How the outbox is."""

    async def send_again(self, id: int) -> bool:
        """A notice is due at once, and dead no more. False: there is none of that number, or it is no notice."""
