"""Signed marks of how far the audit had come, kept outside the database: a chain alone can't show that its tail was cut."""

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.platform.keyring import Keys

PURPOSE = "checkpoint"
TAIL = 65_536  # bytes: hundreds of lines


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """At `at` the chain had `count` rows, and `head` was the hash of the last one. `mac` covers all the others."""

    at: float
    count: int
    head: str
    mac: str
    sets: int = 0  # the versions of all signed sets added up (bot/platform/set_seals.py): they never grow less


def checkpoint(count: int, head: str, at: float, keys: Keys, purpose: str = PURPOSE, *, sets: int = 0) -> Checkpoint:
    """A checkpoint, signed by the current key: so many rows, the last of them with this hash."""
    return Checkpoint(float(at), count, head, keys.sign(purpose, _text(count, head, at, sets)), sets)


def genuine(made: Checkpoint, keys: Keys, purpose: str = PURPOSE) -> bool:
    """Signed by a key of our ring, for this purpose."""
    return keys.signed(purpose, _text(made.count, made.head, made.at, made.sets), made.mac)


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


def newest(path: Path, keys: Keys) -> Checkpoint | None:
    """The last genuine one near the end of the file. None: there is none, or no file. Raises OSError."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        lines = file.read().decode(errors="replace").splitlines()
    found = (made for line in reversed(lines) if (made := parsed(line)) and genuine(made, keys))
    return next(found, None)


def parsed(line: str) -> Checkpoint | None:
    """A line of JSON as a checkpoint; None: it is none."""
    try:
        fields = json.loads(line)
        about = (float(fields["at"]), int(fields["count"]), str(fields["head"]), str(fields["mac"]))
        return Checkpoint(*about, int(fields.get("sets", 0)))
    except (ValueError, KeyError, TypeError):
        return None


def _text(count: int, head: str, at: float, sets: int) -> str:
    return json.dumps([float(at), count, head, *([sets] if sets else [])])
