"""What runs beside the answers: conversations and jobs that are due, the audit's checkpoints, and counts that are summed."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.engine.chat_outbox import ChatOutboxWorker
from bot.engine.engine import Engine
from bot.platform.errors import Unavailable
from bot.platform.job_outbox import Jobs

POLL = 0.25  # seconds between looks when nobody wakes them
AWAY = 1.0  # seconds until a database that couldn't be had is asked again
MINUTE = 60.0
log = structlog.get_logger()


@dataclass(frozen=True)
class BackgroundLoops:
    """Loops that survive any fault but their own cancellation. `minutely`: what is done once a minute; `beside`: loops of others."""

    engine: Engine
    jobs: Jobs
    chat_outbox_worker: ChatOutboxWorker
    listen: Callable[[Callable[[str], None]], Coroutine[Any, Any, None]]
    minutely: Sequence[Callable[[], Awaitable[object]]] = ()
    beside: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()

    async def forever(self) -> None:
        """All loops side by side, until they are cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._due())
            tasks.create_task(self._work())
            tasks.create_task(self._show())
            tasks.create_task(self.listen(self._heard))
            tasks.create_task(self._minutes())
            for loop in self.beside:
                tasks.create_task(loop())

    async def once(self) -> None:
        """Everything that is due now."""
        while await self.engine.wake_all() + await self.jobs.run_due() + await self.chat_outbox_worker.run_due():
            pass

    def _heard(self, what: str) -> None:
        """Another replica says what has moved."""
        self.engine.wakeups.wake(what)

    async def _due(self) -> None:
        while True:
            if not await self._safely(self.engine.wake_all):
                await self.engine.wakeups.wait_for_any("due", POLL)

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as running:

            async def start_due() -> object:
                return await self.jobs.start_due(lambda job: running.create_task(self._then_look(job)))

            while True:
                if not await self._safely(start_due):
                    await self.engine.wakeups.wait_for_any("work", POLL)

    async def _then_look(self, job: Coroutine[Any, Any, None]) -> None:
        """Its queue has room again."""
        await job
        self.engine.wakeups.wake("work")

    async def _show(self) -> None:
        while True:
            if not await self._safely(self.chat_outbox_worker.run_due):
                await self.engine.wakeups.wait_for_any("show", POLL)

    async def _minutes(self) -> None:
        while True:
            for task in self.minutely:
                await self._safely(task)
            await asyncio.sleep(MINUTE)

    async def _safely(self, task: Callable[[], Awaitable[object]]) -> object:
        try:
            return await task()
        except Unavailable as away:
            log.warning("running.failed", task=getattr(task, "__qualname__", "?"), fault=str(away))
            await asyncio.sleep(AWAY)
            return None
        except Exception:
            log.exception("running.failed", task=getattr(task, "__qualname__", "?"))
            await asyncio.sleep(POLL)
            return None
