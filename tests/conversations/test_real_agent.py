"""Is this agent real? Whoever was called asks the bot, and is told name, case and action, or that nobody has one open; strangers learn nothing."""

import pytest

from bot.conversation.windows import browser_hash
from bot.model.turn import Party
from bot.platform.ids import Origin
from bot.platform.secret import Secret
from flows.real_agent import REAL
from tests.conversations.test_own_page import acts, enters
from tests.kit.attackers import by_hand
from tests.kit.guided import Agent, caller, hired, refusals
from tests.kit.kinds import TOTP
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town

ASKED = (
    "is this agent real?",
    "Is this real",
    "did somebody from the helpdesk open a case for me?",
    "has anyone opened a case for me",
    "am I talking to the helpdesk?",
    "who called me?",
    "prove you are IT",
    "Ist das wirklich der Helpdesk?",
    "Hat jemand vom Helpdesk einen Fall für mich eröffnet?",
    "gibt es einen Fall für mich?",
)


@pytest.mark.parametrize("said", ASKED)
def test_so_it_is_asked(said: str) -> None:
    assert REAL.fullmatch(said)


@pytest.mark.parametrize(
    "said", ["reset my password", "is my account locked?", "hello", "ist mein Konto gesperrt?", "open cases"]
)
def test_so_it_is_not(said: str) -> None:
    assert not REAL.fullmatch(said)


async def test_a_linked_caller_is_told_name_case_and_action(town: Town) -> None:
    erin, ana = await hired(town), Agent(town, "ana")
    await ana.asks(ASKED[0])
    assert await ana.at() == "real_agent.nobody"
    await erin.opens("ana")
    await ana.asks(ASKED[0])
    told = await ana.reads()
    assert "Erin Castillo" in told
    assert "A new password" in told
    await ana.says("Yes, that's me")
    assert await ana.at() == "real_agent.good"
    page = await caller(town, "ana")
    await page.types(await town.code("ana", TOTP))
    await page.types(GOOD)
    await town.settle()
    assert await erin.at() == "case.end.reset"
    assert "helpdesk:case:asked_after" in await town.tags()


async def test_no_ends_the_case_alarms_and_keeps_the_next_agent_away_for_an_hour(town: Town) -> None:
    """ST43: somebody talks to the desk as Ana, who is asked in her own chat."""
    erin, theo, ana = await hired(town), await hired(town, "theo"), Agent(town, "ana")
    await erin.opens("ana")
    his = await caller(town, "ana")
    await his.types(await town.code("ana", TOTP))
    assert await his.at() == "reset.new"
    await ana.asks(ASKED[0])
    assert await ana.at() == "real_agent.case"
    await ana.says("No, that isn't me")
    await town.settle()
    assert (await ana.at(), await erin.at(), await his.at()) == ("real_agent.ended", "case.end.denied", "case.denied")
    await his.types_blindly(GOOD)
    assert await town.signs_in("ana", OLD) == "right"
    assert "helpdesk:case:denied" in await town.tags()
    await theo.helps("ana")
    assert await theo.at() == "case.refused.failed_before"
    assert (await refusals(town))[-1][0] == "failed_before"


async def test_while_the_callers_turn_is_run_no_waits_for_what_becomes_of_it(town: Town) -> None:
    erin, ana = await hired(town), Agent(town, "ana")
    await erin.opens("ana")
    page = await caller(town, "ana")
    window, turn = town.app.engine.windows.read_token((await page.view()).token)
    claim = await town.app.store.conversations.claim(window, turn, browser_hash(page.cookie))
    assert claim
    await ana.asks(ASKED[0])
    await ana.says("No, that isn't me")
    assert await ana.at() == "real_agent.deny"
    await town.app.store.conversations.release(claim, None)
    await town.passes(2)
    assert await ana.at() == "real_agent.ended"


async def test_whose_case_it_isnt_neither_sees_nor_ends_it(town: Town) -> None:
    erin, ben = await hired(town), Agent(town, "ben")
    await erin.opens("ana")
    await ben.asks(ASKED[0])
    assert await ben.at() == "real_agent.nobody"
    engine, stranger = town.app.engine, Party(Origin.STRANGER)
    await engine.hear("terminal", "tty-nobody", Secret(ASKED[0]), stranger, "event-1")
    await town.settle()
    window = await town.newest("terminal", "tty-nobody")
    assert window
    view = await engine.view(window)
    assert view.prompt.id == "real_agent.stranger"
    assert "Erin" not in str(view)
    assert await erin.at() == "case.watch"


async def test_on_ones_own_page_it_is_told_too_and_ended(town: Town) -> None:
    erin, browser = await hired(town), await enters(town, "ana")
    await erin.opens("ben", "unlock")
    assert "Nobody has a case open for you" in (await browser.get("/me")).text
    await erin.opens("ana")
    assert "Erin Castillo has case" in (await browser.get("/me")).text
    for (case,) in by_hand(town, 'select id from "case"'):
        await acts(browser, "deny", case)
    await town.settle()
    ended = dict(by_hand(town, 'select subject, ended from "case"'))
    assert ended == {await town.subject("ana"): "case.denied", await town.subject("ben"): ""}
    assert "helpdesk:case:denied" in await town.tags()
