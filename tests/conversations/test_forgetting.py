"""The search for what was left behind does find it, wherever it lies."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.platform.keyring import Keys
from tests.kit.forgetting import has_forgotten
from tests.kit.stores import migrated
from tests.kit.town import Town

__all__ = ["migrated"]

PASSWORD, CODE, KEY = "Hidden-Lantern-44-Brook", "271828", "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"


@pytest.fixture
def quiet(tmp_path: Path, migrated: Path) -> Town:
    """A town in which nobody has done anything."""
    return Town(tmp_path, migrated)


def in_a_row(town: Town, secret: str) -> None:
    _write(town, "insert into mark (name, at) values (?, 1)", f"x{secret}y")


def in_a_freed_page(town: Town, secret: str) -> None:
    _write(town, "insert into mark (name, at) values (?, 1)", secret)
    _write(town, "delete from mark where name = ?", secret)


def in_a_file(town: Town, secret: str) -> None:
    (town.folder / "data" / "crash.txt").write_text(secret, encoding="utf-8")


def in_a_chat_or_page(town: Town, secret: str) -> None:
    town.told.append(f"<p>{secret}</p>")


@pytest.mark.parametrize("secret", [PASSWORD, CODE, KEY])
@pytest.mark.parametrize("where", [in_a_row, in_a_freed_page, in_a_file, in_a_chat_or_page])
def test_a_secret_is_found(quiet: Town, where: Callable[[Town, str], None], secret: str) -> None:
    quiet.secrets.add(secret)
    has_forgotten(quiet, "")
    where(quiet, secret)
    with pytest.raises(AssertionError, match="is in") as found:
        has_forgotten(quiet, "")
    assert secret not in str(found.value).partition("\n")[0]


def test_a_secret_in_the_log_is_found(quiet: Town) -> None:
    quiet.secrets.add(PASSWORD)
    with pytest.raises(AssertionError, match="the log"):
        has_forgotten(quiet, f"a trace with password={PASSWORD!r}")


def test_a_key_of_the_ring_is_found_in_both_forms(quiet: Town) -> None:
    key = next(iter(Keys.load(quiet.settings.keys.ring_file)._ring.values()))
    for form in (key.hex().encode(), key):
        (quiet.folder / "data" / "leak").write_bytes(form)
        with pytest.raises(AssertionError, match="database files"):
            has_forgotten(quiet, "")


def test_six_digits_inside_a_hash_are_no_code(quiet: Town) -> None:
    quiet.secrets.add(CODE)
    quiet.told.append(f"/l/page-{'a' * 13}{CODE}{'b' * 13}")
    has_forgotten(quiet, "")


def _write(town: Town, statement: str, value: str) -> None:
    with closing(sqlite3.connect(town.folder / "data" / "unlatch.sqlite3")) as base, base:
        base.execute("pragma secure_delete=off")
        base.execute(statement, (value,))
