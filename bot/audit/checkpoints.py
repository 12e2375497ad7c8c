"""Signed marks of how far the audit had come, kept outside the database: a chain alone can't show that its tail was cut."""

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.platform.keyring import Keys

PURPOSE = "checkpoint"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """At `at` the chain had `count` rows, and `head` was the hash of the last one. `mac` covers these three."""

    at: float
    count: int
    head: str
    mac: str


def checkpoint(count: int, head: str, at: float, keys: Keys, purpose: str = PURPOSE) -> Checkpoint:
    """A checkpoint, signed by the current key: so many rows, the last of them with this hash."""
    return Checkpoint(float(at), count, head, keys.sign(purpose, _text(count, head, at)))


def genuine(made: Checkpoint, keys: Keys, purpose: str = PURPOSE) -> bool:
    """Signed by a key of our ring, for this purpose."""
    return keys.signed(purpose, _text(made.count, made.head, made.at), made.mac)


def append(path: Path, made: Checkpoint) -> None:
    """One line of JSON at the end of the file, whole and on disk when this returns, or else none of it. Raises OSError."""
    line = f"{json.dumps(asdict(made))}\n".encode()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        before = os.fstat(handle).st_size
        if os.write(handle, line) < len(line):  # the disk is full
            os.ftruncate(handle, before)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(handle)
    finally:
        os.close(handle)


def read(path: Path) -> Iterator[tuple[int, Checkpoint | None]]:
    """Number and content of each line; None for one that can't be read. Raises OSError. Check each with `genuine`."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            yield number, parsed(line)


def parsed(line: str) -> Checkpoint | None:
    """A line of JSON as a checkpoint; None: it is none."""
    try:
        fields = json.loads(line)
        return Checkpoint(float(fields["at"]), int(fields["count"]), str(fields["head"]), str(fields["mac"]))
    except (ValueError, KeyError, TypeError):
        return None


def _text(count: int, head: str, at: float) -> str:
    return json.dumps([float(at), count, head])
