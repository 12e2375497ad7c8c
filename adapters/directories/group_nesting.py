"""Groups in groups: whatever can be reached from where somebody is, through any number of others; a circle does no harm."""

from collections.abc import Callable, Collection, Hashable, Iterable
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def nested(start: Iterable[T], next_to: Callable[[T], Collection[T]]) -> set[T]:
    """Everything that lies along the way, upwards or downwards as `next_to` leads; the start only where a circle leads back to it."""
    found: set[T] = set()
    ahead = list(start)
    while ahead:
        new = set(next_to(ahead.pop())) - found
        found |= new
        ahead.extend(new)
    return found
