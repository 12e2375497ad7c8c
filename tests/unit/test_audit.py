"""A chain that somebody has been at is found out, and with a checkpoint from outside even one whose tail was cut."""

import dataclasses
from pathlib import Path

import pytest

from bot.audit.chain import GENESIS, AuditEntry, Wrong, chained, exported, imported, verify
from bot.audit.checkpoints import Checkpoint, append, checkpoint, genuine, read
from bot.platform.keyring import Keys


def chain(length: int, subject: str = "town:ana") -> list[AuditEntry]:
    rows: list[AuditEntry] = []
    for seq in range(1, length + 1):
        previous = rows[-1].hash if rows else GENESIS
        rows.append(chained(previous, seq, 1000.5 + seq, "account:password:reset:changed", subject, (("grant", f"g-{seq}"),)))
    return rows


def mark(rows: list[AuditEntry]) -> Checkpoint:
    return Checkpoint(2000.0, len(rows), rows[-1].hash if rows else GENESIS, "")


def wrongs(rows: list[AuditEntry], *checkpoints: Checkpoint) -> list[tuple[int, Wrong]]:
    return [(finding.seq, finding.wrong) for finding in verify(rows, checkpoints)]


def test_an_untouched_chain_has_nothing_wrong() -> None:
    rows = chain(5)
    assert wrongs([]) == wrongs(rows) == wrongs(rows, mark([]), mark(rows[:2]), mark(rows)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("at", 1.0), ("tag", "account:password:reset:rejected"), ("subject", "town:ben"), ("detail", ()), ("hash", GENESIS)],
    ids=["at", "tag", "subject", "detail", "hash"],
)
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_changed_field_is_found_in_its_row(name: str, value: object, seq: int) -> None:
    rows = chain(5)
    rows[seq - 1] = dataclasses.replace(rows[seq - 1], **{name: value})  # type: ignore[arg-type]  # a value of its own type
    assert (seq, Wrong.TAMPERED) in wrongs(rows)


def test_a_row_rewritten_with_a_hash_that_fits_it_is_found_at_the_next() -> None:
    rows = chain(5)
    rows[2] = chained(rows[1].hash, 3, rows[2].at, rows[2].tag, "town:ben", ())
    assert wrongs(rows) == [(4, Wrong.TAMPERED)]


def test_a_missing_row_is_found() -> None:
    rows = chain(5)
    assert wrongs(rows[:2] + rows[3:]) == [(3, Wrong.MISSING)]
    assert wrongs(rows[1:]) == [(1, Wrong.MISSING)]


def test_reordered_rows_are_found() -> None:
    first, second, third = chain(3)
    assert (2, Wrong.REORDERED) in wrongs([first, third, second])
    assert wrongs([first, first, second, third]) == [(1, Wrong.REORDERED)]


def test_rows_that_swapped_their_numbers_are_found() -> None:
    first, second, third = chain(3)
    swapped = [first, dataclasses.replace(third, seq=2), dataclasses.replace(second, seq=3)]
    assert wrongs(swapped)[0] == (2, Wrong.TAMPERED)


def test_a_cut_tail_is_found_with_a_checkpoint_and_only_with_one() -> None:
    rows = chain(5)
    assert wrongs(rows[:3]) == []
    assert wrongs(rows[:3], mark(rows[:2]), mark(rows)) == [(4, Wrong.CUT)]
    assert wrongs([], mark(rows)) == [(1, Wrong.CUT)]


def test_a_chain_written_anew_is_found_with_a_checkpoint() -> None:
    assert wrongs(chain(5, "town:ben"), mark(chain(5)[:3])) == [(3, Wrong.REWRITTEN)]


def test_two_checkpoints_that_contradict_each_other_are_found() -> None:
    rows = chain(3)
    assert wrongs(rows, mark(rows), mark(chain(3, "town:ben"))) == [(3, Wrong.REWRITTEN)]


def test_the_sentence_names_the_row() -> None:
    rows = chain(3)
    assert verify(rows[:1] + rows[2:])[0].sentence == "Row 2: it and all others before row 3 are missing."


def test_an_exported_line_comes_back_as_it_was() -> None:
    row = chained(GENESIS, 1, 7, "identity:code:refused", "stadt:Jürgen", (("why", 'a "quoted"\nline'),))
    assert "\n" not in exported(row)
    assert imported(exported(row)) == row
    assert verify([imported(exported(one)) for one in chain(3)]) == []


@pytest.mark.parametrize("line", ["", "[]", "7", "{}", '{"seq": "x", "at": 1, "detail": []}', '{"detail": [1]}'])
def test_a_line_that_is_no_row_is_a_value_error(line: str) -> None:
    with pytest.raises(ValueError, match="not a row"):
        imported(line)


@pytest.mark.parametrize("tag", ["", "reset", "a:b", "A:b:c", "a:b:c:d:e", "a::c", "a:b:c "])
def test_a_tag_outside_the_grammar_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="source:subject:action"):
        chained(GENESIS, 1, 0, tag, "town:ana", ())


def test_a_refusal_of_the_engine_is_a_tag() -> None:
    assert chained(GENESIS, 1, 0, "conversation:answer:refused:verify.no_method_left", "c", ()).seq == 1


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.create(tmp_path / "ring.json")


def test_checkpoints_are_kept_line_by_line_and_are_genuine(keys: Keys, tmp_path: Path) -> None:
    rows, path = chain(4), tmp_path / "audit.checkpoints"
    made = [checkpoint(count, rows[count - 1].hash, 60.0 * count, keys) for count in (2, 4)]
    for one in made:
        append(path, one)
    assert list(read(path)) == [(1, made[0]), (2, made[1])]
    assert all(genuine(one, keys) for one in made)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_checkpoint_stays_genuine_after_a_rotation(keys: Keys, tmp_path: Path) -> None:
    made = checkpoint(1, "aa", 60.0, keys)
    assert genuine(made, Keys.rotate(tmp_path / "ring.json"))


@pytest.mark.parametrize("change", [{"at": 61.0}, {"count": 1}, {"head": "bb"}, {"mac": "0" * 32}])
def test_a_changed_checkpoint_is_not_genuine(keys: Keys, change: dict[str, object]) -> None:
    made = checkpoint(2, "aa", 60.0, keys)
    assert not genuine(dataclasses.replace(made, **change), keys)  # type: ignore[arg-type]  # one field of each type


def test_lines_that_can_not_be_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "audit.checkpoints"
    path.write_bytes(b'{"at": 1, "count"\n\xff\n[]\n{"at":1,"count":"x","head":"","mac":""}\n')
    assert list(read(path)) == [(1, None), (2, None), (3, None), (4, None)]
