"""Looks for secrets where none may be: database files, the log, chats, pages, addresses, traces."""

import base64
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.kit.town import Town

# Names and MACs of ours, which are made by a key or by chance and may hold six digits in a row by mere accident.
HASHES = re.compile(rb"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{64})(?![0-9a-f])")


def has_forgotten(town: Town, logged: str) -> None:
    """Whatever was planted, typed or sent is nowhere. Names the place, never the secret."""
    ring = town.settings.keys.ring_file.read_text(encoding="utf-8")
    keys = re.findall(r'"([0-9a-f]{64})"', ring)
    assert keys
    raw = b"\n".join(path.read_bytes() for path in sorted((town.folder / "data").rglob("*")) if path.is_file())
    assert b"SQLite format 3" in raw
    places = {"database files": raw, "chats, pages and addresses": "\n".join(town.told).encode(), "the log": logged.encode()}
    blotted = {place: HASHES.sub(b"#", text) for place, text in places.items()}
    blotted["database files"] = _without_hashes(raw, town.folder / "data" / "unlatch.sqlite3")
    for number, secret in enumerate([*sorted(town.secrets), *keys]):
        for place, text in (blotted if secret.isdecimal() else places).items():
            for form in _forms(secret):
                assert form not in text, f"secret {number} of {len(secret)} characters is in {place}"


def _forms(secret: str) -> Iterator[bytes]:
    """As it is, and as the bytes that it stands for."""
    yield secret.encode()
    if re.fullmatch(r"[A-Z2-7]{32}", secret):
        yield base64.b32decode(secret)
    if re.fullmatch(r"[0-9a-f]{64}", secret):
        yield bytes.fromhex(secret)


def _without_hashes(raw: bytes, database: Path) -> bytes:
    """Free pages and write-ahead log included, hashes blotted out: cell by cell, since in the file columns stand side by side."""
    known = set()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as base:
        for (table,) in base.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in base.execute(f'select * from "{table}"'):  # noqa: S608 - a name that the database itself gave
                known |= {found for cell in row for found in HASHES.findall(str(cell).encode())}
    for one in known:
        raw = raw.replace(one, b"#")
    return HASHES.sub(b"#", raw)
