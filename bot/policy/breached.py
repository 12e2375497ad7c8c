"""Passwords from data leaks: one file of sorted 5-byte SHA-1 prefixes, looked into without being read; and the port of who knows more."""

import hashlib
import mmap
import os
from bisect import bisect_left
from pathlib import Path
from typing import Protocol

from bot.platform.errors import OperatorError
from bot.platform.secret import Secret

WIDTH = 5  # bytes: at ten million entries one good password in 100,000 is refused by accident


class LeakLookup(Protocol):
    """Somebody outside who knows leaked passwords."""

    async def leaked(self, password: Secret) -> bool | None:
        """Whether this password is one. None: there is no answer in time."""


async def outside_ruling(lookup: LeakLookup | None, password: Secret, *, must_answer: bool) -> str:
    """The rule that a password breaks which keeps all others; empty: none. Without an answer the built list has had the last word."""
    leaked = await lookup.leaked(password) if lookup else False
    if leaked is None:
        return "password.leaks_unknown" if must_answer else ""
    return "password.breached" if leaked else ""


class Breached:
    """An open file, made by `build`. Raises OSError, and ValueError for a file that isn't one."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if not size or size % WIDTH:
                raise ValueError(f"{path} is no list of breached passwords: build one first.")
            self._prefixes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._count = size // WIDTH

    def has(self, text: str) -> bool:
        """Whether this password has turned up in a leak."""
        wanted = _sha1(text)[:WIDTH]
        found = bisect_left(range(self._count), wanted, key=self._prefix)
        return self._prefix(found) == wanted  # past the end stands nothing

    def _prefix(self, number: int) -> bytes:
        return self._prefixes[number * WIDTH : (number + 1) * WIDTH]


def opened(path: Path | None) -> Breached | None:
    """The list that the settings name. Raises OperatorError: a list that can't be looked into would let everything through."""
    try:
        return Breached(path) if path else None
    except (OSError, ValueError) as wrong:
        raise OperatorError(
            f"The list of breached passwords can't be used: {wrong}. `unlatch breached build` makes one."
        ) from None


def build(source: Path, target: Path, least: int = 1) -> int:
    """Make the file from "Pwned Passwords" ordered by hash, lines of `SHA-1 in hex:times seen`, and say how many went in.

    Those seen fewer than `least` times are left out. Any length of list goes through in constant memory. The target appears
    when it is whole. Raises OSError, and ValueError that names the line.
    """
    made, count, last = target.with_name(f"{target.name}.part"), 0, b""
    with source.open(encoding="ascii") as lines, made.open("wb") as out:
        for number, line in enumerate(lines, start=1):
            prefix, seen = _entry(line, number)
            if prefix < last:
                raise ValueError(f"line {number} isn't in order: the list must be the one ordered by hash")
            if seen >= least and prefix != last:
                out.write(prefix)
                last, count = prefix, count + 1
    made.replace(target)
    return count


def _entry(line: str, number: int) -> tuple[bytes, int]:
    digest, _, seen = line.strip().partition(":")
    try:
        return bytes.fromhex(digest[: 2 * WIDTH].ljust(2 * WIDTH, "?")), int(seen or "1")
    except ValueError as error:
        raise ValueError(f"line {number} isn't of the form HASH:COUNT") from error


def _sha1(text: str) -> bytes:
    return hashlib.sha1(text.encode(), usedforsecurity=False).digest()  # the lists are made with it
