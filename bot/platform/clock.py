"""Time and chance come from here and from nowhere else."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class World:
    """Seconds since the epoch (UTC), and fresh random bytes."""

    now: Callable[[], float] = time.time
    bytes: Callable[[int], bytes] = secrets.token_bytes

    def id(self, kind: str) -> str:
        """A new name nobody can guess: 128 random bits."""
        return f"{kind}-{self.bytes(16).hex()}"
