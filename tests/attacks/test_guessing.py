"""ST09-ST13: guesses are counted before they are compared, once for all sessions, replicas and restarts, and to the very number."""

import pytest

from bot.conversation.interfaces import Stale
from bot.identity import attempt_limits as limits
from bot.identity.attempt_limits import AttemptLimits
from tests.kit.attackers import (
    APP,
    MAIL,
    TEXT,
    again,
    at_code,
    at_once,
    by_hand,
    count,
    gets_in,
    opened,
    other_replica,
    stranger,
    takes,
    two_codes,
)
from tests.kit.kinds import EMAIL, SMS, TOTP
from tests.kit.people import Browser, Terminal
from tests.kit.residents import GOOD
from tests.kit.town import Town

TRIES = 5  # failures a day, by account, method and origin


async def said(page: Browser) -> str:
    """The remark on the page, or its last word."""
    view = await page.view()
    return view.notice.words if view.notice else view.prompt.id


async def guesses(town: Town, login: str, many: int) -> list[str]:
    """Wrong codes of the app, each in a conversation of its own."""
    heard = []
    for _ in range(many):
        page = await at_code(town, login)
        await page.types(await town.wrong_code(login, TOTP))
        heard.append(await said(page))
    return heard


def failures(town: Town) -> int:
    """As they are counted for the one account that strangers try."""
    return int(by_hand(town, "select n from counter where key like 'fail:%'")[0][0])


@pytest.mark.parametrize("wrong", [2, 3])
async def test_st12_one_code_has_three_tries_and_no_fourth(town: Town, wrong: int) -> None:
    _, page = await opened(town, "ana")
    for _ in range(wrong):
        await page.types(await town.wrong_code("ana", TOTP))
        assert await said(page) == "method.totp.wrong"
    await page.types(await town.code("ana", TOTP))
    assert await page.at() == ("reset.new" if wrong == 2 else "verify.too_many_tries")


@pytest.mark.parametrize("wrong", [TRIES - 1, TRIES])
async def test_st09_five_failures_close_the_door_over_all_sessions(town: Town, wrong: int) -> None:
    assert await guesses(town, "ana", wrong) == ["method.totp.next"] * wrong  # taken, and not judged
    assert await gets_in(town, "ana") == (wrong < TRIES)


async def test_st09_five_failures_in_a_linked_chat_close_that_door_and_say_so(town: Town) -> None:
    _, page = await opened(town, "ana")
    for wrong in (2, 2, 1):
        for _ in range(wrong):
            await page.types(await town.wrong_code("ana", TOTP))
        await page.presses("other")
        await page.picks(APP)
    await page.types(await town.code("ana", TOTP))
    assert await page.at() == "verify.closed_for_a_day"


@pytest.mark.both_databases
async def test_st09_sessions_at_once_have_five_guesses_together(town: Town) -> None:
    pages = [await at_code(town, "ana") for _ in range(9)]
    wrong = await town.wrong_code("ana", TOTP)
    await at_once(*(page.types(wrong) for page in pages))
    assert (failures(town), await gets_in(town, "ana")) == (9, False)


@pytest.mark.both_databases
async def test_st10_two_replicas_count_as_one(town: Town) -> None:
    pages = [await at_code(town, "ana") for _ in range(8)]
    wrong, views = await town.wrong_code("ana", TOTP), [await page.view() for page in pages]
    async with other_replica(town) as other:
        apps = [town.app, other] * 4
        await at_once(*(takes(app, page, view, wrong) for app, page, view in zip(apps, pages, views, strict=True)))
    assert (failures(town), await gets_in(town, "ana")) == (8, False)


async def test_st10_a_restart_forgives_nothing(town: Town) -> None:
    await guesses(town, "ana", TRIES)
    await town.replica()
    assert not await gets_in(town, "ana")


async def test_st10_only_a_day_opens_the_door_again(town: Town) -> None:
    await guesses(town, "ana", TRIES + 1)
    town.clock.passes(86399)
    await guesses(town, "ana", 1)
    town.clock.passes(2)
    assert not await gets_in(town, "ana")
    town.clock.passes(86401)
    assert await gets_in(town, "ana")


async def test_st10_limits_would_be_none_if_they_were_kept_in_the_session(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def of_this_session(self: AttemptLimits, *what: str) -> str:
        return f"{self.turn.conversation}:{what}"

    for counted in ("_failures", "_key"):
        monkeypatch.setattr(AttemptLimits, counted, of_this_session)
    await guesses(town, "ana", TRIES + 3)
    assert await gets_in(town, "ana")


async def test_st09_another_code_gives_no_more_guesses(town: Town) -> None:
    _, page = await opened(town, "ana", MAIL)
    for guess in range(TRIES):
        await page.types(f"{guess:06}")
        if guess in (1, 3):
            await again(town, page, "ana")
    await page.types(await town.code("ana", EMAIL))
    assert await page.at() == "verify.closed_for_a_day"


async def test_st11_being_right_by_one_method_gives_no_new_guesses_at_another(town: Town) -> None:
    await guesses(town, "ana", TRIES)
    page = await at_code(town, "ana", TEXT)
    await page.types(await town.code("ana", SMS))
    await page.picks(APP)
    await page.types(await town.code("ana", TOTP))
    assert (await page.at(), await said(page)) == ("method.totp.ask", "verify.not_taken")


async def test_st11_being_right_elsewhere_gives_a_stranger_no_new_guesses(town: Town) -> None:
    await guesses(town, "ana", TRIES)
    _, page = await opened(town, "ana")
    await page.types(await town.code("ana", TOTP))
    assert await page.at() == "reset.new"
    town.clock.passes(30)
    assert not await gets_in(town, "ana")


async def test_st13_a_code_of_the_app_serves_once(town: Town) -> None:
    code = await town.code("ana", TOTP)
    pages = [(await opened(town, "ana"))[1], await at_code(town, "ana")]
    for page in pages:
        await page.types(code)
    assert [await page.at() for page in pages] == ["reset.new", "method.totp.next"]
    town.clock.passes(30)
    await pages[1].types(await town.code("ana", TOTP))
    assert await said(pages[1]) == "verify.not_taken"  # the second alone isn't enough


async def test_st13_two_codes_that_dont_follow_one_another_are_no_pair(town: Town) -> None:
    page = await at_code(town, "ana")
    await page.types(await town.code("ana", TOTP))
    town.clock.passes(60)
    await page.types(await town.code("ana", TOTP))
    assert (await said(page), count(town, "grant")) == ("verify.not_taken", 0)
    await page.presses("anew")
    await page.picks(APP)
    town.clock.passes(30)
    await two_codes(town, page, "ana")
    assert await page.at() == "reset.new"


@pytest.mark.both_databases
async def test_st13_one_code_in_two_conversations_at_once_serves_one_of_them(town: Town) -> None:
    code, pages = await town.code("ana", TOTP), [await at_code(town, "ana") for _ in range(4)]
    await at_once(*(page.types(code) for page in pages))
    town.clock.passes(30)
    following = await town.code("ana", TOTP)
    await at_once(*(page.types(following) for page in pages))
    assert [await page.at() for page in pages].count("reset.new") == 1
    assert count(town, "grant") == 1


@pytest.mark.both_databases
async def test_st13_one_answer_sent_many_times_is_one_proof(town: Town) -> None:
    _, page = await opened(town, "ana", MAIL)
    view, code = await page.view(), await town.code("ana", EMAIL)
    async with other_replica(town) as other:
        taken = await at_once(*(takes(app, page, view, code) for app in (town.app, other) * 4))
    assert len([one for one in taken if one]) == 1
    assert (count(town, "proof"), count(town, "challenge")) == (1, 0)


async def test_st13_of_two_codes_only_the_newer_lives(town: Town) -> None:
    _, page = await opened(town, "ana", MAIL)
    older = await town.code("ana", EMAIL)
    town.clock.passes(1)
    await page.presses("again")
    await town.settle()
    newer = await town.code("ana", EMAIL)
    assert older != newer
    await page.types(older)
    assert (await said(page), count(town, "challenge")) == ("method.email.wrong", 1)
    await page.types(newer)
    assert count(town, "proof") == 1


@pytest.mark.both_databases
async def test_st13_two_passwords_at_once_are_one_reset(town: Town) -> None:
    _, page = await opened(town, "ana")
    await page.types(await town.code("ana", TOTP))
    view = await page.view()
    async with other_replica(town) as other:
        await at_once(*(takes(app, page, view, GOOD) for app in (town.app, other) * 3))
    assert (await town.tags()).count("account:reset:changed") == 1


@pytest.mark.parametrize("seconds", [599.0, 600.0])
async def test_st12_a_code_lives_to_the_very_second(town: Town, seconds: float) -> None:
    _, page = await opened(town, "ana", MAIL)
    code = await town.code("ana", EMAIL)
    town.clock.passes(seconds)
    await page.types(code)
    assert (await said(page) == "verify.code_expired") == (seconds == 600.0)


@pytest.mark.parametrize("seconds", [899.0, 900.0])
async def test_st12_a_conversation_lives_to_the_very_second(town: Town, seconds: float) -> None:
    _, page = await opened(town, "ana")
    view = await page.view()
    town.clock.passes(seconds)
    taken = await takes(town.app, page, view, await town.code("ana", TOTP))
    assert (taken is not None) == (seconds == 899.0)


async def test_st12_a_link_lives_for_ten_minutes_until_it_is_opened(town: Town) -> None:
    chat = Terminal(town, "ana")
    await chat.says("I forgot my password")
    link = await chat.link()
    town.clock.passes(600)
    assert [(await Browser(town).get(link)).status, (await Browser(town).post(link, open="1")).status] == [410, 410]


async def test_st38_no_code_is_sent_before_one_is_asked_for(town: Town) -> None:
    await stranger(town, "ana")
    await town.settle()
    assert await town.subjects_of_mail("ana") == []


async def test_st12_the_three_tries_would_be_endless_without_their_counter(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PER_CODE", 10**6)
    _, page = await opened(town, "ana")
    for _ in range(4):
        await page.types(await town.wrong_code("ana", TOTP))
    assert await said(page) == "method.totp.wrong"


async def test_st04_no_name_is_nobody(town: Town) -> None:
    page = await at_code(town, "ana")
    for who in ("", " ", "null", "None"):
        with pytest.raises(Stale):
            await town.app.engine.take_answer((await page.view()).token, who, option="cancel")
