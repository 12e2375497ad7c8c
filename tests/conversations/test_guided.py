"""The helpdesk asks for a caller: the caller proves it on a page of their own, and the agent sees how far they have come."""

import json
from dataclasses import replace

import pytest

from bot.ids import Kind
from bot.policy.policy import UnlockRules
from tests.kit.attackers import by_hand
from tests.kit.guided import Agent, caller, hired, invited
from tests.kit.people import Browser
from tests.kit.residents import GOOD, OLD
from tests.kit.town import EVERYBODY, JOB_LEASE, LEASE, Killed, Town

POINTS = 80  # durable points of a whole case at most; a test holds that this is enough and not far too much
SPARE = 6


async def test_the_agent_watches_while_ana_gets_her_password_back(town: Town) -> None:
    erin = await hired(town)
    await erin.helps("ana")
    assert await erin.at() == "case.needed"
    assert "Ana Resident (ana)" in await erin.reads()
    await erin.chat.says("A new password")
    assert await erin.at() == "case.reason"
    await erin.chat.says("forgot her password, INC-7")
    await town.settle()
    assert await erin.at() == "case.watch"
    assert "hasn't been opened yet" in await erin.reads()
    page = await caller(town, "ana")
    assert "opened in Firefox on Windows" in await erin.reads()
    await page.types(await town.wrong_code("ana", Kind.TOTP))
    await page.types(await town.code("ana", Kind.TOTP))
    await town.settle()
    assert "Proved by authenticator app" in await erin.reads()
    assert "That was enough" in await erin.reads()
    await page.types(GOOD)
    await town.settle()
    assert await page.at() == "reset.done"
    assert await erin.at() == "case.end.reset"
    assert await town.signs_in("ana", GOOD) == "right"


async def test_every_row_of_the_audit_about_it_names_agent_and_case(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    page = await caller(town, "ana")
    await page.types(await town.code("ana", Kind.TOTP))
    await page.types(GOOD)
    rows = {row.tag: dict(row.detail) for row in await town.audit() if row.subject == await town.subject("ana")}
    ((case, grant_case),) = by_hand(town, 'select "case".id, "grant"."case" from "case", "grant"')
    assert case == grant_case
    about = {"helpdesk:case:opened", "page:link:opened", "identity:proof:accepted", "identity:grant:reset"}
    about |= {"account:reset:intended", "account:reset:changed", "helpdesk:case:ended"}
    assert about <= set(rows)
    assert {(rows[tag]["case"], rows[tag]["agent"]) for tag in about} == {(case, await town.subject("erin"))}
    assert rows["helpdesk:case:opened"]["ticket"] == "INC-7"
    assert rows["helpdesk:case:ended"]["how"] == "reset.done"


async def test_the_link_goes_to_every_address_on_file_and_says_who_asks_for_what(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    messages = (await town.app.demo().inbox("ana")).messages
    assert len({m.to for m in messages}) == 3
    number = str(by_hand(town, 'select id from "case"')[0][0]).removeprefix("case-").upper()
    for message in messages:
        assert "Erin Castillo" in message.text
        assert f"{number[:4]}-{number[4:8]}" in message.text
        assert "A new password" in message.text
    assert len({await invited(town, "ana", kind) for kind in (Kind.EMAIL, Kind.SMS)}) == 1
    landing = (await Browser(town).get(await invited(town, "ana"))).text
    assert f"Erin Castillo, helpdesk, case {number[:4]}-{number[4:8]}" in landing


async def test_in_the_callers_own_language(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("lena", "unlock")
    assert "Helpdesk" in (await town.app.demo().inbox("lena")).messages[0].text
    page = await caller(town, "lena", None)
    assert "Angefragt von" in await page.reads()


async def test_an_unlock_happens_on_the_page_though_its_code_might_be_typed_in_a_chat(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ben", "unlock")
    page = await caller(town, "ben", "Text message")
    assert await page.at() == "verify.type.sms.known"
    await page.types(await town.code("ben", Kind.SMS))
    await town.settle()
    assert await page.at() == "unlock.done"
    assert await erin.at() == "case.end.unlock"
    assert not await town.locked("ben")
    assert await town.signs_in("ben", OLD) == "right"


async def test_where_the_policy_allows_no_unlock_alone_it_isnt_offered(town: Town) -> None:
    await town.use_policy(replace(EVERYBODY, unlock=UnlockRules(without_reset=False)))
    erin = await hired(town)
    await erin.helps("ben")
    assert await erin.chat.offered() == ["A new password"]


async def test_an_account_that_isnt_locked_is_told_to_both(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana", "unlock")
    page = await caller(town, "ana")
    await page.types(await town.code("ana", Kind.TOTP))
    await town.settle()
    assert (await page.at()).startswith("unlock.not_locked")
    assert await erin.at() == "case.end.not_locked"


async def test_a_silent_directory_is_told_as_it_is(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    page = await caller(town, "ana")
    await page.types(await town.code("ana", Kind.TOTP))
    town.mood.tells_nothing = True
    await page.types(GOOD)
    await town.settle()
    assert await page.at() == "reset.unconfirmed"
    assert "hasn't confirmed it" in await erin.reads()
    town.clock.passes(1000)
    await town.settle()
    assert await erin.at() == "case.end.unknown"


@pytest.mark.parametrize(("option", "told"), [("cancel", "cancelled"), ("person", "person")])
async def test_however_the_caller_ends_it_the_agent_is_told(town: Town, option: str, told: str) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    page = await caller(town, "ana")
    await page.presses(option)
    await town.settle()
    assert await erin.at() == f"case.end.{told}"


async def test_time_runs_out_for_the_caller_first_and_the_agent_sees_it(town: Town) -> None:
    erin = await hired(town)
    await erin.helps("ana")
    await erin.chat.says("reset")
    town.clock.passes(600)  # a long talk before the reason is typed
    await erin.chat.says("no reason")
    await town.settle()
    await town.passes(890)
    assert await erin.at() == "case.watch"
    await town.passes(20)
    assert await erin.at() == "case.end.expired"
    assert (await Browser(town).lands(await invited(town, "ana"))).status == 410


async def test_the_agent_hangs_up_and_the_callers_page_is_over(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    page = await caller(town, "ana")
    await page.types(await town.code("ana", Kind.TOTP))
    assert await page.at() == "reset.new"
    await erin.chat.says("Hang up")
    assert await erin.at() == "case.end.hung_up"
    assert await page.at() == "case.hung_up_on"
    await page.types_blindly(GOOD)
    assert await town.signs_in("ana", OLD) == "right"


async def test_hanging_up_before_it_was_opened_kills_the_link(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    await erin.chat.says("Hang up")
    assert (await Browser(town).lands(await invited(town, "ana"))).status == 410


async def test_while_the_callers_turn_is_run_hanging_up_waits_for_what_becomes_of_it(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    page = await caller(town, "ana")
    await page.types(await town.code("ana", Kind.TOTP))
    await town.settle()
    window, turn = town.app.engine.windows.opened((await page.view()).token)
    claim = await town.app.store.conversations.claim(window, turn, (await page.view()).asked and await bound(town) or "")
    assert claim
    await erin.chat.says("Hang up")
    assert await erin.at() == "case.watch"
    assert "You have hung up" in await erin.reads()
    assert await erin.chat.offered() == []
    await town.app.store.conversations.release(claim, None)
    await town.passes(1)
    assert await page.at() == "case.hung_up_on"
    assert await erin.at() == "case.end.hung_up"


async def bound(town: Town) -> str:
    return str(by_hand(town, "select browser from window where browser is not null")[0][0])


async def test_on_another_device_the_link_is_sent_again(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    first = await invited(town, "ana")
    page = await caller(town, "ana")
    await page.presses("elsewhere")
    await town.passes(1)
    assert await invited(town, "ana") != first
    phone = await caller(town, "ana")
    await phone.types(await town.code("ana", Kind.TOTP))
    assert await phone.at() == "reset.new"


async def test_asked_again_for_the_same_account_the_agent_sees_the_open_case(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    await erin.chat.says("cancel")
    assert await erin.at() == "engine.cancel"
    page = await caller(town, "ana")
    await erin.helps("ana")
    assert await erin.at() == "case.watch"
    assert "Firefox" in await erin.reads()
    await page.types(await town.code("ana", Kind.TOTP))
    await page.types(GOOD)
    await town.settle()
    assert await erin.at() == "case.end.reset"
    assert by_hand(town, 'select count(*) from "case"') == [(1,)]


async def test_starting_over_finds_the_open_case_again(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    await erin.chat.says("start over")
    await town.settle()
    assert await erin.at() == "case.watch"


async def test_a_name_that_nobody_has_is_asked_again(town: Town) -> None:
    erin = await hired(town)
    await erin.helps(None)
    assert await erin.at() == "case.whom"
    await erin.chat.says("nobody.at.all")
    assert await erin.at() == "case.whom"
    await erin.chat.says("ana")
    assert await erin.at() == "case.needed"


async def test_whoever_holds_no_role_gets_the_menu(town: Town) -> None:
    nora = Agent(town, "nora")
    await nora.helps("ana")
    assert await nora.at() == "menu"
    assert not [tag for tag in await town.tags() if tag.startswith("helpdesk:")]


# Killed on the way --------------------------------------------------------------------------------------------------------


async def played(town: Town, erin: Agent, action: str, login: str, kind: Kind, done: str) -> None:
    """Both sides look at what is there and go on from it."""
    page = Browser(town)
    for _ in range(30):
        at = await erin.at()
        match at:
            case "case.needed":
                await survives(town, erin.chat.says(action))
            case "case.reason":
                await survives(town, erin.chat.says("on the phone, INC-7"))
            case "case.watch":
                await survives(town, turn_of(town, page, login, kind))
            case _ if at.startswith("case.end."):
                assert at == done
                return
            case _ if at in ("", "opening"):
                await survives(town, erin.helps(login, event="the-one"))
        await survives(town, town.settle())
    raise AssertionError(await erin.at())


async def turn_of(town: Town, page: Browser, login: str, kind: Kind) -> None:
    """The caller's."""
    label = {Kind.TOTP: "Authenticator app", Kind.SMS: "Text message"}[kind]
    link = await invited(town, login)
    if page.window is None:
        if link:
            await page.lands(link, label)
        return
    at = await page.at()
    if at == "verify.how":
        await page.picks(label)
    elif at.startswith("verify.type"):
        if code := await town.arrived(login, kind):
            await page.types(code)
    elif at == "reset.new":
        await page.types(GOOD)


async def survives(town: Town, act: object) -> None:
    """A killed process is followed by another one."""
    try:
        await act  # type: ignore[misc]  # each is a coroutine of its own kind
    except Killed:
        await town.replica()
        await town.passes(LEASE)
        await town.passes(JOB_LEASE)


async def no_side_without_the_other(town: Town) -> None:
    """At no moment, whoever died."""
    cases = by_hand(town, 'select caller from "case"')
    begun = by_hand(town, "select id from conversation where origin = 'case'")
    assert sorted(cases) == sorted(begun)
    assert by_hand(town, "select id from conversation where held > 0") == []


STORY = {
    "reset": ("ana", Kind.TOTP, "case.end.reset", "account:reset:changed"),
    "unlock": ("ben", Kind.SMS, "case.end.unlock", "account:unlock:changed"),
}


@pytest.mark.parametrize("action", STORY)
async def test_a_whole_case_in_one_process(town: Town, action: str) -> None:
    erin = await hired(town)
    town.life.points, town.life.trace = 0, []
    await whole(town, erin, action)
    assert POINTS - SPARE <= town.life.points <= POINTS, (town.life.points, town.life.trace)


@pytest.mark.parametrize("n", range(1, POINTS + 1))
async def test_a_case_whose_process_is_killed_on_the_way(town: Town, n: int) -> None:
    erin = await hired(town)
    town.life.points, town.life.dies_at = 0, n
    await whole(town, erin, list(STORY)[n % 2])


async def whole(town: Town, erin: Agent, action: str) -> None:
    login, kind, done, changed = STORY[action]
    await played(town, erin, action, login, kind, done)
    town.life.dies_at = None
    await town.passes(JOB_LEASE)
    await no_side_without_the_other(town)
    tags = await town.tags()
    assert tags.count(changed) == 1
    assert tags.count("helpdesk:case:opened") == tags.count("helpdesk:case:ended") == 1
    assert len({json.dumps(row) for row in by_hand(town, 'select id from "case"')}) == 1
