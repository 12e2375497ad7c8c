"""How many turns run at once in this process: whoever couldn't begin soon is told so before anything is tried or counted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.conversation.interfaces import Crowded

AT_ONCE = 16  # turns; most of them wait for a directory or a hash, and more only make each other slower
SOON = 2.0  # seconds
REMEMBERS = 0.2  # share of the newest turn in what a turn is thought to take


class TurnSlots:
    """A slot for each turn; `waiting` people are before whoever comes now."""

    def __init__(self, at_once: int = AT_ONCE, soon: float = SOON) -> None:
        self._free, self._at_once, self._soon = asyncio.Semaphore(at_once), at_once, soon
        self._takes, self.waiting = 0.0, 0

    @asynccontextmanager
    async def slot(self, *, patient: bool = False) -> AsyncIterator[None]:
        """`patient`: nobody is there to be told. Raises Crowded where a slot isn't, or won't be, free soon."""
        if not patient and self.expected() > self._soon:
            raise Crowded
        await self._taken(None if patient else self._soon)
        begun = _now()
        try:
            yield
        finally:
            self._free.release()
            self._takes += REMEMBERS * (_now() - begun - self._takes)

    def expected(self) -> float:
        """Seconds until whoever comes now could begin, as the turns of late say."""
        return self._takes * self.waiting / self._at_once

    async def _taken(self, seconds: float | None) -> None:
        self.waiting += 1
        try:
            async with asyncio.timeout(seconds):
                await self._free.acquire()
        except TimeoutError:
            raise Crowded from None
        finally:
            self.waiting -= 1


def _now() -> float:
    return asyncio.get_running_loop().time()
