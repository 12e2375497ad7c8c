"""A case's evidence: every row that belongs to it and no other, in a file that shows what was done to it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.audit.bundle import Bundle, read_bundle
from bot.audit.case_rows import CaseRows, prefix_of
from bot.audit.chain import GENESIS, AuditEntry, chained
from bot.audit.checkpoints import append, checkpoint
from bot.platform.keyring import Keys
from bot.platform.sentences import Args
from tests.kit.commands import Run, Whole
from tests.kit.stores import keys

__all__ = ["keys"]

CASE = "case-7f3a91c2aa"
ABOUT: tuple[tuple[str, Args], ...] = (
    ("page:link:opened", (("conversation", "c-1"),)),
    ("helpdesk:case:opened", (("case", CASE), ("agent", "demo:erin"), ("conversation", "c-2"))),
    ("identity:proof:accepted", (("conversation", "c-2"), ("method", "totp"))),
    ("helpdesk:case:opened", (("case", "case-0000"), ("conversation", "c-3"))),
    ("identity:grant:reset", (("case", CASE), ("grant", "g-1"), ("conversation", "c-2"))),
    ("account:reset:changed", (("grant", "g-1"),)),
    ("identity:proof:accepted", (("conversation", "c-3"),)),
)


@pytest.fixture
def rows() -> list[AuditEntry]:
    made: list[AuditEntry] = []
    for number, (tag, detail) in enumerate(ABOUT, 1):
        made.append(chained(made[-1].hash if made else GENESIS, number, float(number), tag, "demo:ana", detail))
    return made


def test_its_rows_are_found_by_its_number_its_conversation_and_its_rights(rows: list[AuditEntry]) -> None:
    found = CaseRows(prefix_of("7F3A-91C2"))
    for row in rows:
        found.see(row)
    assert [row.seq for row in found.rows] == [2, 3, 5, 6]
    assert found.cases == [CASE]


def bundled(rows: list[AuditEntry], keys: Keys) -> Bundle:
    """From its first row on, to a checkpoint behind its last."""
    return Bundle(CASE, rows[1:], checkpoint(7, rows[6].hash, 60.0, keys))


def test_a_bundle_that_nobody_touched_is_whole_and_comes_back_as_it_was(rows: list[AuditEntry], keys: Keys) -> None:
    made = bundled(rows, keys)
    assert read_bundle(made.dumped()) == made
    assert made.wrong(keys, [checkpoint(4, rows[3].hash, 30.0, keys), checkpoint(9, "ff", 90.0, keys)]) == []


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (lambda b: replace(b, rows=[b.rows[0], replace(b.rows[1], subject="demo:ben"), *b.rows[2:]]), "isn't what was written"),
        (lambda b: replace(b, rows=[*b.rows[:2], *b.rows[3:]]), "missing"),
        (lambda b: replace(b, rows=b.rows[:-1]), "counted 7 rows"),
        (lambda b: replace(b, rows=[]), "isn't signed"),
        (lambda b: replace(b, checkpoint=replace(b.checkpoint, mac="0" * 64)), "isn't signed"),
    ],
    ids=["changed", "taken-out", "cut", "empty", "unsigned"],
)
def test_whatever_was_done_to_it_is_told(
    rows: list[AuditEntry], keys: Keys, what: Callable[[Bundle], Bundle], sentence: str
) -> None:
    assert sentence in " ".join(what(bundled(rows, keys)).wrong(keys))


def test_a_checkpoint_from_elsewhere_that_says_otherwise_is_told(rows: list[AuditEntry], keys: Keys) -> None:
    assert "another hash" in " ".join(bundled(rows, keys).wrong(keys, [checkpoint(4, "ff", 30.0, keys)]))


@pytest.mark.parametrize("text", ["", "{}", "[]", json.dumps({"format": 2, "case": "x", "rows": [], "checkpoint": {}})])
def test_anything_else_is_no_bundle(text: str) -> None:
    with pytest.raises(ValueError, match="bundle"):
        read_bundle(text)


def test_the_command_shows_it_and_writes_a_file_that_is_verified_without_the_database(
    run: Run, whole: Whole, rows: list[AuditEntry]
) -> None:
    whole.audit.rows_ = rows
    append(whole.settings.checkpoints, checkpoint(7, rows[6].hash, 60.0, Keys.load(whole.settings.keys.ring_file)))
    assert run("case", "show", "0000-1111")[0] == 2
    code, out, _ = run("case", "show", "7F3A-91C2")
    assert (code, out.count("\n")) == (0, 4)
    assert "agent=demo:erin" in out
    assert run("case", "bundle", "7F3A-91C2", "--out", "case.json")[0] == 0
    assert [row.tag for row in whole.audit.rows_[-2:]] == ["operator:case:shown", "operator:case:bundled"]
    whole.audit.rows_ = []
    code, out, _ = run("audit", "verify", "--bundle", "case.json")
    assert (code, "4 of them about case-7f3a91c2aa" in out) == (0, True)
    kept = json.loads(Path("case.json").read_text(encoding="utf-8"))
    kept["rows"][2]["subject"] = "demo:ben"
    Path("case.json").write_text(json.dumps(kept), encoding="utf-8")
    code, out, _ = run("audit", "verify", "--bundle", "case.json")
    assert (code, "isn't what was written" in out) == (1, True)
    assert run("audit", "verify", "--bundle", "nowhere.json")[0] == 2
