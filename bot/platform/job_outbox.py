"""Work that follows a settled turn: rows written with their cause, leased, retried with growing pauses, idempotent."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.metrics import Metrics
from bot.platform.sentences import Args

LEASE = 60.0  # seconds
TRIES = 6
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """One row; `tries` counts this one too."""

    id: int
    kind: str
    to: SubjectId
    about: Args
    tries: int


class JobStore(Protocol):
    """What the store does with jobs; each method is one short transaction."""

    async def lease_due(self, limit: int, lease: float) -> Sequence[Job]:
        """Due jobs, leased to us, oldest first (SKIP LOCKED where the database has it)."""

    async def done(self, ids: Sequence[int]) -> None:
        """Delete the rows: they have been carried out, or never will be."""

    async def postpone(self, id: int, at: float) -> None:
        """A job is due again at that moment."""


class NotNow(Exception):  # noqa: N818 - an answer: the handler asks for another try
    """A handler could not do it this time; try again later, and not before `after` seconds."""

    def __init__(self, after: float = 0.0) -> None:
        super().__init__(after)
        self.after = after


Handler = Callable[[Job], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Jobs:
    """Takes what is due and hands it to the handler of its kind."""

    store: JobStore
    handlers: Mapping[str, Handler]
    world: World
    metrics: Metrics = field(default_factory=Metrics)

    async def run_due(self, limit: int = 20) -> int:
        """One round: returns how many jobs were leased, whatever became of them."""
        jobs = await self.store.lease_due(limit, LEASE)
        kept = await asyncio.gather(*(self._run(job) for job in jobs))
        if finished := [job.id for job, done in zip(jobs, kept, strict=True) if done]:
            await self.store.done(finished)
        return len(jobs)

    async def _run(self, job: Job) -> bool:
        try:
            await self.handlers[job.kind](job)
        except Exception as fault:  # noqa: BLE001 - one bad job doesn't hold up the others; it is tried again
            if not isinstance(fault, NotNow):
                log.warning("job.failed", job=job.id, kind=job.kind, tries=job.tries, fault=type(fault).__name__)
            if job.tries < TRIES:
                self.metrics.job(job.kind, "later")
                pause = max(2.0**job.tries, fault.after if isinstance(fault, NotNow) else 0.0)
                await self.store.postpone(job.id, self.world.now() + pause)
                return False
            self.metrics.job(job.kind, "failed")
            return True
        self.metrics.job(job.kind, "done")
        return True
