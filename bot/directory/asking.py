"""Asking a directory that may be silent: never longer than a turn can wait, and kindly when there is no answer."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from bot.directory.interfaces import Unreachable
from bot.platform.sentences import Misstep

T = TypeVar("T")
TIMEOUT = 10.0  # seconds for one directory call; shorter than a claim's lease, so nothing of ours outlives it


async def asked(answer: Awaitable[T]) -> T:
    """The answer. Raises Misstep when there is none: nothing was changed, it may be tried again."""
    try:
        async with asyncio.timeout(TIMEOUT):
            return await answer
    except (Unreachable, OSError, TimeoutError) as silent:
        raise Misstep("accounts.directory_silent") from silent
