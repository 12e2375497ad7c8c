"""The port to attempt counters: raised before anything is compared, in transactions of their own, and failing closed."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Hit:
    """Whether one attempt was allowed; it has been counted either way."""

    allowed: bool
    again_at: float  # when the allowance is whole again
    count: int = field(default=0, compare=False)  # attempts in this window, this one too


class Counters(Protocol):
    """Each method is one atomic statement in its own transaction, and each window ends by itself."""

    async def hit(self, key: str, limit: int, seconds: float) -> Hit:
        """Count an attempt.

        A window of `seconds` begins with the first attempt; in it `limit` are allowed. The attempt that passes the limit, and
        each one after it, moves the end of the window to `seconds` from now.
        """

    async def counted(self, key: str) -> int:
        """What a window holds right now, 0 when there is none; changes nothing."""

    async def full(self, key: str, limit: int) -> float:
        """When an allowance that is used up is whole again, 0 while some of it is left; changes nothing."""

    async def exhaust(self, key: str, limit: int, seconds: float) -> None:
        """Use an allowance up, for so long from now."""

    async def charge(self, key: str, amount: int, limit: int, seconds: float) -> bool:
        """Add `amount` to what a window of `seconds` holds, unless that would pass `limit`.

        The window begins with the first charge, and nothing moves its end. A negative amount gives back.
        """
