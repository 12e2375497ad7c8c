"""The helpdesk asks for a caller: the caller proves it on a page of their own, and the agent sees how far they have come."""

from dataclasses import replace
from typing import cast

import pytest

from bot.audit.case_rows import CaseRows
from bot.conversation.windows import browser_hash
from bot.messaging.messenger import Channel, Message
from bot.policy.policy import UnlockRules
from tests.kit.attackers import by_hand
from tests.kit.guided import Agent, caller, hired, invited
from tests.kit.kinds import SMS, TOTP
from tests.kit.people import Browser
from tests.kit.residents import GOOD, OLD
from tests.kit.town import EVERYBODY, Town


async def test_the_agent_watches_while_ana_gets_her_password_back(town: Town) -> None:
    erin = await hired(town)
    await erin.helps("ana")
    assert await erin.at() == "case.needed"
    assert "Ana Resident (ana)" in await erin.reads()
    await erin.says("A new password")
    assert await erin.at() == "case.reason"
    await erin.says("They forgot it")
    assert await erin.at() == "case.ticket"
    await erin.says("INC-7")
    await town.settle()
    assert await erin.at() == "case.watch"
    assert "hasn't been opened yet" in await erin.reads()
    page = await caller(town, "ana")
    told = await erin.reads()
    assert "opened in Firefox on Windows" in told
    assert "They are asked now: authenticator app" in told
    await page.types(await town.wrong_code("ana", TOTP))
    await town.settle()
    assert "Their last answer was wrong" in await erin.reads()
    await page.types(await town.code("ana", TOTP))
    await town.settle()
    assert "Proved by authenticator app" in await erin.reads()
    assert "That was enough" in await erin.reads()
    await page.types(GOOD)
    await town.settle()
    assert await page.at() == "reset.done"
    assert await erin.at() == "case.end.reset"
    record = await erin.reads()
    assert "ticket INC-7" in record
    assert "opened in Firefox on Windows" in record
    assert "Proved by authenticator app" in record
    assert await town.signs_in("ana", GOOD) == "right"


async def test_every_row_of_the_audit_about_it_names_agent_and_case(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    page = await caller(town, "ana")
    await page.types(await town.code("ana", TOTP))
    await page.types(GOOD)
    rows = {row.tag: dict(row.detail) for row in await town.audit() if row.subject == await town.subject("ana")}
    ((case, grant_case),) = by_hand(town, 'select "case".id, "grant"."case" from "case", "grant"')
    assert case == grant_case
    about = {"helpdesk:case:opened", "page:link:opened", "identity:proof:accepted", "identity:grant:reset"}
    about |= {"account:reset:intended", "account:reset:changed", "helpdesk:case:ended"}
    assert about <= set(rows)
    assert {(rows[tag]["case"], rows[tag]["agent"]) for tag in about} == {(case, await town.subject("erin"))}
    assert (rows["helpdesk:case:opened"]["ticket"], rows["helpdesk:case:opened"]["reason"]) == ("INC-7", "forgotten")
    assert rows["page:link:opened"]["browser"] == "Firefox on Windows"
    evidence = CaseRows(case)
    for row in await town.audit():
        evidence.see(row)
    assert {row.tag for row in evidence.rows} >= about
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
    assert len({await invited(town, "ana", channel) for channel in Channel if channel.tells}) == 1
    landing = (await Browser(town).get(await invited(town, "ana"))).text
    assert f"Erin Castillo, helpdesk, case {number[:4]}-{number[4:8]}" in landing
    assert "<dd>INC-7</dd>" in landing
    assert "If somebody called you: stop" in landing


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
    assert await page.at() == "method.sms.ask.known"
    await page.types(await town.code("ben", SMS))
    await town.settle()
    assert await page.at() == "unlock.done"
    assert await erin.at() == "case.end.unlock"
    assert not await town.locked("ben")
    assert await town.signs_in("ben", OLD) == "right"


async def test_where_the_policy_allows_no_unlock_alone_it_isnt_offered(town: Town) -> None:
    await town.use_policy(replace(EVERYBODY, unlock=UnlockRules(without_reset=False)))
    erin = await hired(town)
    await erin.helps("ben")
    assert await erin.offered() == ["A new password"]


async def test_an_account_that_isnt_locked_is_told_to_both(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana", "unlock")
    page = await caller(town, "ana")
    await page.types(await town.code("ana", TOTP))
    await town.settle()
    assert (await page.at()).startswith("unlock.not_locked")
    assert await erin.at() == "case.end.not_locked"


async def test_a_silent_directory_is_told_as_it_is(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    page = await caller(town, "ana")
    await page.types(await town.code("ana", TOTP))
    town.mood.tells_nothing = True
    await page.types(GOOD)
    await town.settle()
    assert await page.at() == "reset.unconfirmed"
    assert "hasn't confirmed it" in await erin.reads()
    await town.passes(901)
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
    await erin.says("reset")
    town.clock.passes(600)  # a long talk before the reason is typed
    await erin.says("other")
    await erin.says("without")
    await town.settle()
    await town.passes(601)
    assert "the link is dead" in await erin.reads()
    await town.passes(289)
    assert await erin.at() == "case.watch"
    await town.passes(20)
    assert await erin.at() == "case.end.expired"
    assert (await Browser(town).lands(await invited(town, "ana"))).status == 410


async def test_the_agent_hangs_up_and_the_callers_page_is_over(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    page = await caller(town, "ana")
    await page.types(await town.code("ana", TOTP))
    assert await page.at() == "reset.new"
    await erin.says("Hang up")
    assert await erin.at() == "case.end.hung_up"
    assert await page.at() == "case.hung_up_on"
    await page.types_blindly(GOOD)
    assert await town.signs_in("ana", OLD) == "right"


async def test_hanging_up_before_it_was_opened_kills_the_link(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    await erin.says("Hang up")
    assert (await Browser(town).lands(await invited(town, "ana"))).status == 410


async def test_while_the_callers_turn_is_run_hanging_up_waits_for_what_becomes_of_it(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    page = await caller(town, "ana")
    await page.types(await town.code("ana", TOTP))
    await town.settle()
    window, turn = town.app.engine.windows.read_token((await page.view()).token)
    claim = await town.app.store.conversations.claim(window, turn, browser_hash(page.cookie))
    assert claim
    await erin.says("Hang up")
    assert await erin.at() == "case.watch"
    assert "You have hung up" in await erin.reads()
    assert await erin.offered() == []
    await town.app.store.conversations.release(claim, None)
    await town.passes(1)
    assert await page.at() == "case.hung_up_on"
    assert await erin.at() == "case.end.hung_up"


async def test_on_another_device_the_link_is_sent_again(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    first = await invited(town, "ana")
    page = await caller(town, "ana")
    await page.presses("elsewhere")
    await town.passes(1)
    assert await invited(town, "ana") != first
    phone = await caller(town, "ana")
    await phone.types(await town.code("ana", TOTP))
    assert await phone.at() == "reset.new"


async def test_asked_again_for_the_same_account_the_agent_sees_the_open_case(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    await erin.says("cancel")
    assert await erin.at() == "engine.cancel"
    page = await caller(town, "ana")
    await erin.helps("ana")
    assert await erin.at() == "case.watch"
    assert "Firefox" in await erin.reads()
    await page.types(await town.code("ana", TOTP))
    await page.types(GOOD)
    await town.settle()
    assert await erin.at() == "case.end.reset"
    assert by_hand(town, 'select count(*) from "case"') == [(1,)]


async def test_starting_over_finds_the_open_case_again(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    await erin.says("start over")
    await town.settle()
    assert await erin.at() == "case.watch"


async def test_a_name_that_nobody_has_is_asked_again(town: Town) -> None:
    erin = await hired(town)
    await erin.helps(None)
    assert await erin.at() == "case.whom"
    await erin.says("nobody.at.all")
    assert await erin.at() == "case.whom"
    await erin.says("ana")
    assert await erin.at() == "case.needed"


async def test_whoever_holds_no_role_gets_the_menu(town: Town) -> None:
    nora = Agent(town, "nora")
    await nora.helps("ana")
    assert await nora.at() == "menu"
    assert not [tag for tag in await town.tags() if tag.startswith("helpdesk:")]


class Broken:
    """A messenger whose vendor is down."""

    async def send(self, message: Message) -> None:
        raise ConnectionError


async def test_an_address_that_is_not_reached_is_tried_again_alone(town: Town) -> None:
    erin = await hired(town)
    cast("dict[Channel, object]", town.app.messengers)[Channel.TEXT] = Broken()
    await erin.opens("ana")
    assert await invited(town, "ana", Channel.MAIL)
    assert by_hand(town, "select queue from job") == [("text now",)]


async def test_where_none_is_reached_it_is_tried_again(town: Town) -> None:
    erin = await hired(town)
    messengers = cast("dict[Channel, object]", town.app.messengers)
    whole, messengers[Channel.TEXT], messengers[Channel.MAIL] = dict(messengers), Broken(), Broken()
    await erin.opens("ana")
    assert await invited(town, "ana") == ""
    messengers.update(whole)
    await town.passes(60)
    assert await (await caller(town, "ana")).at() == "method.totp.ask"
