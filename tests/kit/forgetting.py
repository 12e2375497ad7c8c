"""Looks for secrets where none may be: database files, the log, chats, pages, addresses, traces."""

import base64
import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.kit.town import Town

# Names and MACs of ours, which are made by a key or by chance and may hold six digits in a row by mere accident.
HASHES = re.compile(rb"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{64})(?![0-9a-f])")


def has_forgotten(town: Town, logged: str) -> None:
    """Whatever was planted, typed or sent is nowhere. Names the place, never the secret."""
    ring = town.settings.keys.ring_file.read_text(encoding="utf-8")
    keys = re.findall(r'"([0-9a-f]{64})"', ring)
    assert keys
    at_rest, told, log = _at_rest(town.folder / "data"), _plain(t.encode() for t in town.told), _plain([logged.encode()])
    for number, secret in enumerate([*sorted(town.secrets), *keys]):
        for form in _forms(secret):
            for place, text in (("database files", at_rest), ("chats, pages and addresses", told), ("the log", log)):
                assert form not in text, f"secret {number} of {len(secret)} characters is in {place}"


def _forms(secret: str) -> Iterator[bytes]:
    """As it is, and as the bytes that it stands for."""
    yield secret.encode()
    if re.fullmatch(r"[A-Z2-7]{32}", secret):
        yield base64.b32decode(secret)
    if re.fullmatch(r"[0-9a-f]{64}", secret):
        yield bytes.fromhex(secret)


def _at_rest(data: Path) -> bytes:
    """All files as they lie there, free pages and write-ahead log included."""
    raw = b"\n".join(path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file())
    assert b"SQLite format 3" in raw
    known = set()
    with sqlite3.connect(f"file:{data / 'unlatch.sqlite3'}?mode=ro", uri=True) as base:
        for (table,) in base.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in base.execute(f'select * from "{table}"'):  # noqa: S608 - a name that the database itself gave
                known |= {found for cell in row for found in HASHES.findall(str(cell).encode())}
    base.close()
    for one in known:  # cell by cell, since in the file a column stands right beside the next
        raw = raw.replace(one, b"#")
    return HASHES.sub(b"#", raw)


def _plain(texts: Iterable[bytes]) -> bytes:
    return HASHES.sub(b"#", b"\n".join(texts))
