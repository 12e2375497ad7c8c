"""Recovery sheets: what stands on one, what is kept of it, and whose codes they are."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from bot.identity.methods.recovery import BYTES, CODES, LENGTH, codes, kept, unused
from bot.identity.methods.tools import PasswordTrial, Right, Tools
from bot.identity.registered import NEVER, Registered
from bot.model.facts import Challenged
from bot.model.turn import Turn
from bot.platform.clock import World
from bot.platform.ids import Action, ChallengeId, ConversationId, Line, MethodId, SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.policy.current import Policies
from tests.kit.kinds import RECOVERY

ANA, BEN = SubjectId("demo:ana"), SubjectId("demo:ben")
FIRST, SECOND = MethodId("sheet-1"), MethodId("sheet-2")


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.create(tmp_path / "ring.json")


def put_away(keys: Keys, usable_from: float = 1.0) -> list[Registered]:
    return [
        Registered(MethodId(f"{FIRST}.{number}"), ANA, RECOVERY, kept(keys, ANA, code), 1.0, usable_from)
        for number, code in enumerate(codes(keys, FIRST))
    ]


async def matched(keys: Keys, given: Secret, rows: Sequence[Registered], subject: SubjectId = ANA) -> Right | None:
    tools = Tools(
        cast("Turn", None), cast("PasswordTrial", None), keys, World(), "", cast("Policies", None), ""
    )  # none is looked at
    conversation = ConversationId("c-1")
    asked = Challenged(ChallengeId("ch-1"), conversation, subject, Action.RESET, RECOVERY, MethodId("any"), Line(""), 9e9)
    return await unused(asked, given, rows, tools)


def test_a_sheet_has_ten_different_codes_of_80_bits(keys: Keys) -> None:
    found = [code.reveal() for code in codes(keys, FIRST)]
    assert (len(set(found)), BYTES * 8) == (CODES, 80)
    assert {len(code) for code in found} == {LENGTH}
    assert {len(base64.b32decode(code)) for code in found} == {BYTES}


def test_a_sheet_can_be_shown_again_and_no_two_are_alike(keys: Keys) -> None:
    def read(sheet: MethodId) -> list[str]:
        return [code.reveal() for code in codes(keys, sheet)]

    assert read(FIRST) == read(FIRST)
    assert not set(read(FIRST)) & set(read(SECOND))


def test_another_key_makes_another_sheet(keys: Keys, tmp_path: Path) -> None:
    others = Keys.create(tmp_path / "other-ring.json")
    assert [c.reveal() for c in codes(keys, FIRST)] != [c.reveal() for c in codes(others, FIRST)]


def test_what_is_kept_is_no_code(keys: Keys) -> None:
    macs = {m.secret.reveal() for m in put_away(keys)}
    assert len(macs) == CODES
    assert not macs & {code.reveal() for code in codes(keys, FIRST)}


async def test_each_code_is_found_and_no_other(keys: Keys) -> None:
    rows = put_away(keys)
    for number, code in enumerate(codes(keys, FIRST)):
        assert await matched(keys, code, rows) == Right(MethodId(f"sheet-1.{number}"))
    assert await matched(keys, Secret("A" * LENGTH), rows) is None
    assert await matched(keys, codes(keys, SECOND)[0], rows) is None
    assert await matched(keys, codes(keys, FIRST)[0], rows[1:]) is None


async def test_a_row_that_was_made_anothers_by_hand_fits_nobody(keys: Keys) -> None:
    assert await matched(keys, codes(keys, FIRST)[0], put_away(keys), BEN) is None


async def test_a_sheet_outlives_the_key_that_it_was_made_by(tmp_path: Path) -> None:
    path = tmp_path / "rotated-ring.json"
    before = Keys.create(path)
    rows, code = put_away(before), codes(before, FIRST)[4]
    assert await matched(Keys.rotate(path), code, rows) == Right(MethodId("sheet-1.4"))


async def test_a_code_that_was_never_put_away_is_none(keys: Keys) -> None:
    assert await matched(keys, codes(keys, FIRST)[0], put_away(keys, NEVER)) is None
