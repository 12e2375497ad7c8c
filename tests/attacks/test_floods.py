"""ST15, ST16, ST39: floods send little, lock nobody, grow nothing for long, and never close recovery to the owner."""

import json
from typing import cast

import pytest

from bot.directory.interfaces import Directory
from bot.identity.attempt_limits import AttemptLimits
from bot.platform.ids import Origin, SubjectId
from store.directory import EmbeddedDirectory
from store.directory_rows import AccountPolicy
from tests.kit.attackers import MAIL, TEXT, again, at_code, at_once, by_hand, count, opened, picks, still_helps_herself, stranger
from tests.kit.kinds import EMAIL, SMS, TOTP
from tests.kit.people import Browser, Terminal
from tests.kit.residents import OLD
from tests.kit.town import Town, quick

DAY = 86400.0
GROWING = ("conversation", "window", "challenge", "proof", "grant", "counter", "job", "refusal")


async def texts(town: Town, login: str) -> int:
    """Messages that arrived."""
    await town.settle()
    return len(await town.subjects_of_mail(login))


async def test_st15_a_number_gets_three_texts_in_ten_minutes_however_many_sessions_ask(town: Town) -> None:
    for _ in range(4):
        page = await at_code(town, "ana", TEXT)
        await again(town, page, "ana")
    assert await texts(town, "ana") == 3


@pytest.mark.both_databases
async def test_st15_sessions_at_once_send_no_more(town: Town) -> None:
    pages = [await stranger(town, "ana") for _ in range(7)]
    await at_once(*(picks(town, page, "ana", TEXT) for page in pages))
    assert await texts(town, "ana") == 3


async def test_st15_a_number_gets_ten_texts_a_day(town: Town) -> None:
    for _ in range(6):
        for _ in range(3):
            await at_code(town, "ana", TEXT)
        town.clock.passes(3601)
    assert await texts(town, "ana") == 10


async def test_st15_another_sort_of_message_is_counted_by_itself_and_another_person_too(town: Town) -> None:
    for method in (TEXT, MAIL):
        for _ in range(4):
            await at_code(town, "ana", method)
    await at_code(town, "ben", TEXT)
    assert (await texts(town, "ana"), await texts(town, "ben")) == (6, 1)


async def test_st16_asking_again_and_again_in_a_linked_chat_is_stopped_too(town: Town) -> None:
    _, page = await opened(town, "ana", TEXT)
    for _ in range(6):
        await page.presses("again")
        await town.settle()
    assert await texts(town, "ana") == 3
    assert "verify.too_many_codes" in str((await page.view()).notice)


async def test_st15_texts_would_be_endless_without_the_limit(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def always(*_: object) -> float:
        return 0.0

    monkeypatch.setattr(AttemptLimits, "one_more", always)
    for _ in range(4):
        await at_code(town, "ana", TEXT)
    assert await texts(town, "ana") == 4


async def burn(town: Town) -> None:
    """A stranger uses up all there is: codes, guesses by every method, and passwords."""
    for method, wrong in (("Authenticator app", TOTP), (TEXT, SMS), (MAIL, EMAIL)):
        for _ in range(11):
            page = await at_code(town, "ana", method)
            if await page.at() == f"method.{wrong}.ask":
                await page.types("000001")
    for _ in range(4):
        page = await stranger(town, "ana", "change")
        await page.types("wrong-password-1")


@pytest.mark.long
async def test_st39_a_stranger_who_burns_his_allowance_leaves_the_owners_whole(town: Town) -> None:
    await burn(town)
    page = await at_code(town, "ana")
    assert await page.at() != "reset.new"
    assert await still_helps_herself(town)


@pytest.mark.long
async def test_st39_he_would_close_it_if_all_origins_counted_together(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def everybody(_self: AttemptLimits, _subject: SubjectId) -> Origin:
        return Origin.STRANGER

    monkeypatch.setattr(AttemptLimits, "_origin", everybody)
    await burn(town)
    _, page = await opened(town, "ana", MAIL)
    await page.types("000001")
    assert await page.at() in {"page.open", "verify.closed_for_a_day"}


async def test_st39_strangers_in_the_terminal_burn_nothing_of_a_linked_chat(town: Town) -> None:
    chat = Terminal(town, None)
    for _ in range(3):
        await chat.says("I forgot my password")
        await chat.says("ana")
        await chat.says("cancel")
    assert await still_helps_herself(town)


def strict(town: Town, tries: int) -> EmbeddedDirectory:
    """The town's directory locks after so many wrong passwords."""
    directories = cast("dict[str, Directory]", town.app.directories)
    made = EmbeddedDirectory("contoso", town.app.store.database, town.world, quick(town.world), AccountPolicy(tries))
    directories["contoso"] = made
    return made


@pytest.mark.parametrize("tries", [3, 4, 5, 10])
async def test_st39_the_directorys_own_lockout_is_never_used_up_by_us(town: Town, tries: int) -> None:
    directory = strict(town, tries)
    pages = [await stranger(town, "ana", "change") for _ in range(8)]
    await at_once(*(page.types("wrong-password-1") for page in pages))
    for page in pages:
        await page.types("wrong-password-2")
    assert await directory.bad_tries_left(await town.subject("ana")) >= 2
    assert await town.signs_in("ana", OLD) == "right"


async def test_st39_the_lockout_would_be_used_up_by_tries_at_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def always(*_: object) -> bool:
        return True

    monkeypatch.setattr(AttemptLimits, "may_try_password", always)
    directory = strict(town, 4)
    pages = [await stranger(town, "ana", "change") for _ in range(8)]
    await at_once(*(page.types("wrong-password-1") for page in pages))
    assert await directory.bad_tries_left(await town.subject("ana")) < 2


async def flood(town: Town, many: int) -> None:
    """Names that nobody has, each with a wrong code, and pages that are left behind."""
    for n in range(many):
        page = await at_code(town, f"ghost{n}", TEXT)
        await page.types("000001")
        await page.presses("cancel" if n % 2 else "other")


@pytest.mark.both_databases
async def test_a_flood_of_strangers_grows_neither_the_chain_nor_the_tables(town: Town) -> None:
    before, chain = {table: count(town, table) for table in GROWING}, len(await town.audit())
    await flood(town, 12)
    assert len(await town.audit()) == chain
    await town.passes(901)  # what was left behind expires
    await town.app.store.sweep()
    sums = (await town.audit())[chain:]
    assert {row.subject for row in sums} == {"strangers"}
    assert len(sums) < 12
    await town.passes(2 * DAY)
    await town.app.store.sweep()
    assert {table: count(town, table) for table in GROWING} == before


async def test_a_flood_over_a_taken_link_grows_no_chain_for_strangers(town: Town) -> None:
    page = await stranger(town, "ghost")
    await page.presses("elsewhere")
    await page.types("ghost") if await page.at() == "find.self" else None
    link = (await page.view()).link or ""
    await Browser(town).lands(link)
    chain = len(await town.audit())
    for _ in range(5):
        assert (await Browser(town).post(link, open="1")).status == 410
    assert len(await town.audit()) == chain


async def test_one_name_is_one_nobody_however_it_is_spelt(town: Town) -> None:
    for name in ("Ghöst", " ghöst ", "GHO\u0308ST"):
        await stranger(town, name)
    steps = [row[0] for row in by_hand(town, "select step from conversation")]
    assert len({json.loads(step)["goal"]["subject"] for step in steps}) == 1
