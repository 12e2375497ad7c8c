"""What is done once a night, by one replica, whichever comes first; a machine that was off in the night does it when it is on."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.platform.clock import World
from bot.platform.errors import Unavailable

DAY, HOUR, LOOK = 86400.0, 3600.0, 60.0  # seconds
log = structlog.get_logger()


@dataclass(frozen=True)
class Nightly:
    """`claim` says whether nobody has done it yet: each night has a number of its own."""

    tasks: Sequence[Callable[[], Awaitable[object]]]
    claim: Callable[[str, float], Awaitable[bool]]
    world: World
    hour: int

    async def forever(self) -> None:
        """Looks once a minute, until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self.tonight()
            except Unavailable as away:
                log.warning("nightly.away", fault=str(away))
            except Exception:
                log.exception("nightly.failed")

    async def tonight(self) -> bool:
        """Whether it was ours to do. What fails is tried again the next night, and holds up nothing else."""
        night = int((self.world.now() - self.hour * HOUR) // DAY)
        if not await self.claim(f"nightly {night}", 2 * DAY):
            return False
        for task in self.tasks:
            try:
                await task()
            except Exception:
                log.exception("nightly.failed", task=getattr(task, "__qualname__", "?"))
        return True
