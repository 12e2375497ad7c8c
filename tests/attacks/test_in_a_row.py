"""ST09: a hundred wrong answers in a row end a method, however slowly they come; and owners hear of strangers' ones, once a day."""

import pytest

from bot.identity.attempt_limits import DAY
from tests.kit.attackers import APP, TEXT, at_code, gets_in, method_of, opened, proven
from tests.kit.kinds import SMS, TOTP
from tests.kit.people import Browser
from tests.kit.town import Town

YEARS = 10 * 365 * DAY


async def so_far(town: Town, wrong: int, row: str) -> None:
    """Over months."""
    await town.app.store.records.exhaust(row, wrong, YEARS)


async def misses(town: Town, login: str) -> None:
    """A stranger with two wrong codes."""
    page = await at_code(town, login)
    for _ in range(2):
        await page.types(await town.wrong_code(login, TOTP))


@pytest.mark.parametrize("wrong", [98, 99])
async def test_st09_the_hundredth_wrong_answer_of_strangers_is_their_last(town: Town, wrong: int) -> None:
    await so_far(town, wrong, f"row:{await town.subject('ana')}:{TOTP}:strangers")
    await (await at_code(town, "ana")).types(await town.wrong_code("ana", TOTP))
    assert await gets_in(town, "ana") == (wrong == 98)


async def test_st09_what_strangers_ended_stays_so_for_them_until_its_owner_uses_it(town: Town) -> None:
    await so_far(town, 99, f"row:{await town.subject('ana')}:{TOTP}:strangers")
    await misses(town, "ana")
    town.clock.passes(365 * DAY)
    assert not await gets_in(town, "ana")
    town.clock.passes(30)
    await proven(town, "ana")  # in her chat it never was
    town.clock.passes(2 * DAY)
    assert await gets_in(town, "ana")


async def test_st09_a_hundred_in_a_row_of_whoever_is_known_end_a_method_and_no_other(town: Town) -> None:
    await so_far(town, 99, f"row:{await method_of(town, 'ana', TOTP)}")
    _, page = await opened(town, "ana")
    await page.types(await town.wrong_code("ana", TOTP))
    await page.types(await town.code("ana", TOTP))
    assert await remark(page) == "verify.ended"
    town.clock.passes(365 * DAY)
    _, page = await opened(town, "ana")
    assert await remark(page) == "verify.ended"
    await page.picks(TEXT)
    await town.settle()
    await page.types(await town.code("ana", SMS))
    await page.picks(APP)
    assert await remark(page) == "verify.ended"


async def test_st09_a_strangers_luck_forgives_no_wrong_answers_of_whoever_is_known(town: Town) -> None:
    row = f"row:{await method_of(town, 'ana', TOTP)}"
    await so_far(town, 99, row)
    await (await at_code(town, "ana")).types(await town.code("ana", TOTP))
    assert await town.app.store.records.counted(row) == 99


async def test_st09_owners_hear_of_strangers_wrong_answers_once_when_the_day_is_over(town: Town) -> None:
    for _ in range(3):
        await misses(town, "ana")
    await town.passes(3600)
    assert not await told(town)
    await town.passes(DAY)
    assert sorted(to.partition("@")[2] for to in await told(town)) == ["contoso.example", "home.example"]
    (letter, *_) = [m.text for m in (await town.app.demo().inbox("ana")).messages if "Wrong answers" in m.text]
    assert "Wrong answers: 3" in letter
    await town.passes(DAY)
    assert len(await told(town)) == 2


async def test_st09_whoever_was_wrong_and_then_let_in_was_the_owner(town: Town) -> None:
    await misses(town, "ana")
    town.clock.passes(30)
    assert await gets_in(town, "ana")
    await town.passes(DAY)
    assert not await told(town)


async def told(town: Town) -> list[str]:
    return [to for to, subject in await town.subjects_of_mail("ana") if "wrong codes" in subject]


async def remark(page: Browser) -> str:
    notice = (await page.view()).notice
    return notice.words if notice else ""
