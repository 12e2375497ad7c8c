"""Time and chance come from here and from nowhere else; replicas share the database's time."""

import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

FAR = 30.0  # seconds that a machine's own clock may be away from the database's; more is refused at the start, an alarm later


@dataclass(frozen=True, slots=True)
class World:
    """Seconds since the epoch (UTC), and fresh random bytes."""

    now: Callable[[], float] = time.time
    bytes: Callable[[int], bytes] = secrets.token_bytes

    def id(self, kind: str) -> str:
        """A new name nobody can guess: 128 random bits."""
        return f"{kind}-{self.bytes(16).hex()}"


def told(at: float) -> str:
    """A moment as people read it: the first full minute from then on, so that what is said to begin then has begun."""
    return datetime.fromtimestamp(math.ceil(at / 60) * 60, UTC).strftime("%Y-%m-%d %H:%M UTC")


@dataclass
class SharedClock:
    """Two processes whose machines disagree by a minute agree on this: whoever holds a lease holds it in everybody's eyes."""

    steady: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    apart: float = 0.0  # the database's clock less this machine's, at the last look
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.wall() - self.steady()

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._began + self.steady()

    def set(self, there: float, asked: float, answered: float) -> None:
        """The database said `there` to what was asked and answered at these moments of the steady clock; it is taken for the middle."""
        middle = (asked + answered) / 2
        self._began = there - middle
        self.apart = there - (self.wall() - self.steady() + middle)

    @property
    def far(self) -> bool:
        """Whether somebody should set this machine's clock."""
        return abs(self.apart) > FAR
