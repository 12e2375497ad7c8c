"""One pace for strangers: what they asked is answered at the next beat, so that the time taken tells nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PACE = 0.3  # seconds: well above one argon2, one bind, or one look-up; a slower answer comes at the beat after


@asynccontextmanager
async def paced() -> AsyncIterator[None]:
    """Ends at a multiple of PACE from its beginning, however it ends."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        yield
    finally:
        await asyncio.sleep(PACE - (loop.time() - began) % PACE)
