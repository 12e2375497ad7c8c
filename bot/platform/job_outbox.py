"""Work and letters that follow a settled turn: rows written with their cause, leased, tried for as long as they are of use."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

import structlog

from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.metrics import Metrics
from bot.platform.sentences import Args

LEASE, DEADLINE = 60.0, 45.0  # seconds; a try is given up before somebody else could take the row over
WEEK = 7 * 86400.0  # seconds
JITTER = 0.2  # of a pause, so that what failed together doesn't come back together
log = structlog.get_logger()


class Queue(StrEnum):
    """What waits for the same thing; none holds up another. `NOW`: somebody sits and waits for it."""

    WORK = "work"  # of our own: letters are made of news here
    WATCH = "watch"
    MAIL = "mail"
    TEXT = "text"
    CHAT = "chat"
    MAIL_NOW = "mail now"
    TEXT_NOW = "text now"
    CALL_NOW = "call now"
    PUSH_NOW = "push now"


# Of what must not come twice one letter alone is under way, so that a process that dies repeats that one at most.
AT_ONCE: Mapping[Queue, int] = {queue: 1 if queue in {Queue.MAIL, Queue.TEXT, Queue.CHAT} else 8 for queue in Queue}
SOON = (2.0, 5.0, 10.0, 20.0, 40.0)  # seconds between tries; the last one again and again
PATIENT = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 10800.0)
PAUSES = {
    queue: SOON if queue in {Queue.MAIL_NOW, Queue.TEXT_NOW, Queue.CALL_NOW, Queue.PUSH_NOW} else PATIENT for queue in Queue
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A job, in the same transaction as its cause. `about` names things; no code, and no address unsealed."""

    kind: str  # "code", "notice", "alarm", "invite", "late_write", "contact", "follow", "prompt" or "tries"
    to: SubjectId
    about: Args
    queue: Queue = Queue.WORK
    good_for: float = WEEK  # seconds; then it is tried no more


@dataclass(frozen=True, slots=True)
class Job:
    """One row, written `at`; `tries` counts this one too."""

    id: int
    kind: str
    to: SubjectId
    about: Args
    tries: int
    queue: Queue
    at: float
    until: float


class JobStore(Protocol):
    """What the store does with jobs; each method is one short transaction."""

    async def lease_due(self, most: Mapping[Queue, int], lease: float) -> Sequence[Job]:
        """Due jobs, leased to us, oldest first, so many of each queue (SKIP LOCKED where the database has it)."""

    async def done(self, id: int, follow: Sequence[Sent]) -> None:
        """Delete the row and write what follows from it. Nothing, when the row is gone: whoever took it over has done that."""

    async def postpone(self, id: int, at: float) -> None:
        """A job is due again at that moment."""

    async def bury(self, id: int, why: str) -> None:
        """It is tried no more, and kept for people to see (bot/platform/dead_letters.py)."""


class NotNow(Exception):  # noqa: N818 - an answer: the handler asks for another try
    """A handler could not do it this time; try again later, and not before `after` seconds."""

    def __init__(self, after: float = 0.0) -> None:
        super().__init__(after)
        self.after = after


class LookAgain(Exception):  # noqa: N818 - an answer: nothing is wrong
    """A watch has seen nothing yet, and looks again after so many seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(after)
        self.after = after


class Hopeless(Exception):  # noqa: N818 - an answer: there is no use in trying again
    """It will never work; the first argument says why in a word."""


Handler = Callable[[Job], Awaitable[Sequence[Sent] | None]]  # returns the jobs that follow from it
Start: TypeAlias = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


async def _in_silence(_job: Job, _fault: Exception) -> None:
    """Where nobody wants to hear of it."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """Takes what is due and hands it to the handler of its kind. `gave_up` hears of what dies, before it is dead, maybe twice."""

    store: JobStore
    handlers: Mapping[str, Handler]
    world: World
    metrics: Metrics = field(default_factory=Metrics)
    gave_up: Callable[[Job, Exception], Awaitable[None]] = _in_silence
    _busy: Counter[Queue] = field(default_factory=Counter)

    async def run_due(self) -> int:
        """One round, to its end: returns how many jobs were leased, whatever became of them."""
        running = await self.start_due(asyncio.create_task)
        await asyncio.gather(*running)
        return len(running)

    async def start_due(self, start: Start) -> "Sequence[asyncio.Task[None]]":
        """What is due, as far as its queue has room; it is waited for by nobody here, so that nothing slow holds up the rest."""
        jobs = await self.store.lease_due({queue: most - self._busy[queue] for queue, most in AT_ONCE.items()}, LEASE)
        self._busy.update(job.queue for job in jobs)
        return [start(self._run(job)) for job in jobs]

    async def _run(self, job: Job) -> None:
        try:
            await self._try(job)
        except Exception as fault:  # noqa: BLE001 - the store is away: the lease runs out, and then it is tried again
            log.warning("job.left", job=job.id, kind=job.kind, fault=type(fault).__name__)
        finally:
            self._busy[job.queue] -= 1

    async def _try(self, job: Job) -> None:
        try:
            async with asyncio.timeout(DEADLINE):
                follow = await self._handled(job)
        except LookAgain as look:
            await self.store.postpone(job.id, self.world.now() + look.after)
        except Exception as fault:  # noqa: BLE001 - one bad job doesn't hold up the others; it is tried again
            await self._failed(job, fault)
        else:
            await self.store.done(job.id, follow)  # by itself and at once: nobody sends it again
            self.metrics.job(job.kind, "done")

    async def _handled(self, job: Job) -> Sequence[Sent]:
        if job.until <= self.world.now():
            raise Hopeless("late")
        return await self.handlers[job.kind](job) or ()

    async def _failed(self, job: Job, fault: Exception) -> None:
        again = self.world.now() + max(self._pause(job), fault.after if isinstance(fault, NotNow) else 0.0)
        if not isinstance(fault, NotNow):
            log.warning("job.failed", job=job.id, kind=job.kind, tries=job.tries, fault=type(fault).__name__)
        if isinstance(fault, Hopeless) or again >= job.until:
            await self.gave_up(job, fault)
            await self.store.bury(job.id, str(fault.args[0]) if isinstance(fault, Hopeless) else type(fault).__name__)
            self.metrics.job(job.kind, "dead")
        else:
            await self.store.postpone(job.id, again)
            self.metrics.job(job.kind, "later")

    def _pause(self, job: Job) -> float:
        pauses = PAUSES[job.queue]
        chance = int.from_bytes(self.world.bytes(2)) / 0xFFFF
        return pauses[min(job.tries, len(pauses)) - 1] * (1 + JITTER * chance)
