"""One pace for strangers: what they asked is answered at the next beat, so that the time taken tells nothing."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PACE = 0.3  # seconds: well above one argon2, one bind, or one look-up; a slower answer comes at the beat after
now, sleep = time.monotonic, asyncio.sleep


@asynccontextmanager
async def paced() -> AsyncIterator[None]:
    """Ends at a multiple of PACE from its beginning, however it ends."""
    began = now()
    try:
        yield
    finally:
        await sleep(PACE - (now() - began) % PACE)


async def held_back(seconds: float) -> None:
    """Before a wrong answer is told so, where they have become too many."""
    await sleep(max(0.0, seconds))
