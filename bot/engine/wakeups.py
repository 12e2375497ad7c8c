"""Wakes who waits for a conversation in this process; other processes' turns are found by looking, or by the store's listener."""

import asyncio
from collections import defaultdict

from bot.platform.ids import ConversationId


class Wakeups:
    """One event for each who waits for a conversation, and one for each loop that does what is due."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._loops: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def wake(self, what: str) -> None:
        """A conversation, by its id, has moved and may have left work behind; or, in any other word, there is work."""
        for loop in self._loops.values():
            loop.set()
        for event in self._waiting.pop(what, ()):
            event.set()

    async def wait(self, id: ConversationId, seconds: float) -> None:
        """Until it has moved, or for so long."""
        event = asyncio.Event()
        self._waiting[id].add(event)
        try:
            await _set(event, seconds)
        finally:  # also for whoever goes away: a conversation that never moves again would be waited for for ever
            self._waiting[id].discard(event)
            if not self._waiting[id]:
                del self._waiting[id]

    async def wait_for_any(self, loop: str, seconds: float) -> None:
        """Until anything has moved, or for so long. `loop`: the name of who waits."""
        await _set(self._loops[loop], seconds)
        self._loops[loop].clear()


async def _set(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
