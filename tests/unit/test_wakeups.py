"""The bell: whoever waits for a conversation is woken, and nobody for another's."""

import asyncio

import pytest

from bot.engine.wakeups import Wakeups
from bot.platform.ids import ConversationId


async def test_the_bell_wakes_who_waits_for_it_and_every_loop() -> None:
    wakeups = Wakeups()
    mine = asyncio.create_task(wakeups.wait(ConversationId("c1"), 5))
    other = asyncio.create_task(wakeups.wait(ConversationId("c2"), 5))
    loops = [asyncio.create_task(wakeups.wait_for_any(name, 5)) for name in ("due", "work")]
    await asyncio.sleep(0)
    wakeups.wake(ConversationId("c1"))
    await asyncio.wait_for(asyncio.gather(mine, *loops), 1)
    assert not other.done()
    other.cancel()


async def test_the_bell_gives_up_after_a_while_and_a_loop_hears_what_rang_before_it_listened() -> None:
    wakeups = Wakeups()
    await asyncio.wait_for(wakeups.wait(ConversationId("c1"), 0.01), 1)
    await wakeups.wait_for_any("due", 0.001)
    wakeups.wake("job")
    await asyncio.wait_for(wakeups.wait_for_any("due", 5), 1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(wakeups.wait_for_any("due", 5), 0.02)


async def test_who_goes_away_while_waiting_leaves_nothing_behind_and_takes_nobodys_bell_along() -> None:
    """A browser that is closed in mid-poll, of a conversation that never moves again."""
    wakeups = Wakeups()
    gone, stays = (asyncio.create_task(wakeups.wait(ConversationId("c1"), 5)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    wakeups.wake(ConversationId("c1"))
    await asyncio.wait_for(stays, 1)
    left = asyncio.create_task(wakeups.wait(ConversationId("c2"), 5))
    await asyncio.sleep(0)
    left.cancel()
    await asyncio.gather(left, return_exceptions=True)
    assert len(wakeups._waiting) == 0
