"""Recovery sheets: what stands on one, what is kept of it, and whose codes they are."""

import base64
from pathlib import Path

import pytest

from bot.identity.recovery_sheets import BYTES, CODES, LENGTH, Sheets, sheet_rows
from bot.identity.registered import Registered
from bot.platform.ids import MethodId, SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from tests.kit.kinds import RECOVERY, TOTP

ANA, BEN = SubjectId("demo:ana"), SubjectId("demo:ben")


@pytest.fixture
def sheets(tmp_path: Path) -> Sheets:
    return Sheets(Keys.create(tmp_path / "ring.json"))


def put_away(sheets: Sheets, subject: SubjectId = ANA, sheet: str = "sheet-1") -> list[Registered]:
    return [
        Registered(MethodId(f"{sheet}.{number}"), subject, RECOVERY, sheets.kept(subject, code), 1.0, 1.0)
        for number, code in enumerate(sheets.codes(sheet))
    ]


def test_a_sheet_has_ten_different_codes_of_80_bits(sheets: Sheets) -> None:
    codes = [code.reveal() for code in sheets.codes("sheet-1")]
    assert (len(set(codes)), BYTES * 8) == (CODES, 80)
    assert {len(code) for code in codes} == {LENGTH}
    assert {len(base64.b32decode(code)) for code in codes} == {BYTES}


def test_a_sheet_can_be_shown_again_and_no_two_are_alike(sheets: Sheets) -> None:
    def read(sheet: str) -> list[str]:
        return [code.reveal() for code in sheets.codes(sheet)]

    assert read("sheet-1") == read("sheet-1")
    assert not set(read("sheet-1")) & set(read("sheet-2"))


def test_another_key_makes_another_sheet(sheets: Sheets, tmp_path: Path) -> None:
    others = Sheets(Keys.create(tmp_path / "other-ring.json"))
    assert [c.reveal() for c in sheets.codes("sheet-1")] != [c.reveal() for c in others.codes("sheet-1")]


def test_what_is_kept_is_no_code(sheets: Sheets) -> None:
    kept = {m.secret.reveal() for m in put_away(sheets)}
    assert len(kept) == CODES
    assert not kept & {code.reveal() for code in sheets.codes("sheet-1")}


def test_each_code_is_found_and_no_other(sheets: Sheets) -> None:
    rows = put_away(sheets)
    for number, code in enumerate(sheets.codes("sheet-1")):
        found = sheets.match(ANA, code, rows)
        assert found is not None
        assert found.id == f"sheet-1.{number}"
    assert sheets.match(ANA, Secret("A" * LENGTH), rows) is None
    assert sheets.match(ANA, sheets.codes("sheet-2")[0], rows) is None
    assert sheets.match(ANA, sheets.codes("sheet-1")[0], rows[1:]) is None


def test_a_row_that_was_made_anothers_by_hand_fits_nobody(sheets: Sheets) -> None:
    code = sheets.codes("sheet-1")[0]
    assert sheets.match(BEN, code, put_away(sheets, ANA)) is None


def test_a_sheet_outlives_the_key_that_it_was_made_by(tmp_path: Path) -> None:
    path = tmp_path / "rotated-ring.json"
    before = Sheets(Keys.create(path))
    rows, code = put_away(before), before.codes("sheet-1")[4]
    after = Sheets(Keys.rotate(path))
    found = after.match(ANA, code, rows)
    assert found is not None
    assert found.id == "sheet-1.4"


def test_rows_of_other_kinds_are_no_codes(sheets: Sheets) -> None:
    app = Registered(MethodId("m1"), ANA, TOTP, Secret("A" * 32), 1.0, 1.0)
    rows = put_away(sheets)
    assert sheet_rows([app, *rows]) == rows
