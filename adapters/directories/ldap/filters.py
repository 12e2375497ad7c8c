"""Filters of a search: values that can stand in one, and many alternatives in few of them (RFC 4515)."""

from collections.abc import Iterable, Iterator
from itertools import islice

PLAIN = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
MANY = 50  # alternatives in one filter, so that it stays short


def escaped(value: str | bytes) -> str:
    """A value for a filter, in which nothing but letters and digits stands for itself (RFC 4515 section 3)."""
    octets = value.encode("utf-8", "replace") if isinstance(value, str) else value
    return "".join(chr(o) if o in PLAIN else f"\\{o:02x}" for o in octets)


def any_of(filters: Iterable[str], many: int = MANY) -> Iterator[str]:
    """For whatever fits one of these: filters with so many alternatives each."""
    rest = iter(filters)
    while some := list(islice(rest, many)):
        yield f"(|{''.join(some)})"
