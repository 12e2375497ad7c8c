"""One conversation, two windows: the chat shows each step, the page belongs to one browser, and a proof to the page that will use it."""

import pytest

from bot.model.prompt import AskSecret
from tests.conversations.conftest import Call
from tests.kit.callers import Caller
from tests.kit.kinds import SMS, TOTP
from tests.kit.people import SAFARI, Browser, Talker, Terminal
from tests.kit.residents import GOOD
from tests.kit.slack import SlackChat
from tests.kit.teams import TeamsChat
from tests.kit.town import Town

pytestmark = pytest.mark.whole  # whose hand presses a button is each chat's own knowledge


def chat_of(caller: Caller) -> Talker:
    assert caller.chat
    return caller.chat


async def test_the_chat_follows_the_page_and_says_where_it_was_opened(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    await ana.begins_with(TOTP)
    assert await chat_of(ana).at() == "method.totp.ask"
    assert "Firefox on Windows" in await shown_in(ana)
    assert "This page is open in Firefox on Windows" in await ana.page.reads()
    await ana.types(await town.code("ana", TOTP))
    assert await chat_of(ana).at() == "reset.new"
    await ana.types(GOOD)
    assert await chat_of(ana).at() == "reset.done"
    assert await chat_of(ana).link() == ""


async def test_the_page_follows_what_is_chosen_in_the_chat(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    await ana.begins_with(SMS)
    await ana.picks("Another way")
    assert await chat_of(ana).at() == "verify.how"
    await chat_of(ana).says("Authenticator app")
    assert await ana.page.at() == "method.totp.ask"
    assert isinstance((await ana.page.view()).prompt, AskSecret)


async def test_the_landing_burns_nothing_until_its_button_is_pressed(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    for _ in range(3):
        assert (await Browser(town).get(await chat_of(ana).link())).status == 200
    assert await chat_of(ana).at() == "page.open"
    await ana.proves_by(TOTP)
    assert await ana.at() == "reset.new"


async def test_a_second_browser_finds_the_link_taken_and_the_audit_knows(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    link = await chat_of(ana).link()
    await ana.begins_with(TOTP)
    thief = Browser(town, SAFARI)
    assert (await thief.get(link)).status == 410
    assert (await thief.post(link, option="totp")).status == 410
    assert (await thief.get(f"/p/{ana.page.window}")).status == 404
    assert "page:link:taken" in await town.tags()
    assert (await ana.page.lands(link)).location == f"/p/{ana.page.window}"


async def test_whoever_stole_the_chat_and_opens_first_gets_no_proof_and_is_shut_out(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    link = await chat_of(ana).link()
    thief = Browser(town, SAFARI)
    await thief.lands(link, "Authenticator app")
    assert "Safari on iPhone" in await shown_in(ana)
    assert (await ana.page.post(link, open="1")).status == 410
    await chat_of(ana).says(await town.code("ana", TOTP))  # by mistake, to the wrong window
    assert await thief.at() == "method.totp.ask"
    await chat_of(ana).says("that wasn't me")
    assert (await thief.at(), await chat_of(ana).at() in {"engine.not_me", ""}) == ("engine.not_me", True)
    assert "identity:proof:accepted" not in await town.tags()
    again = chat("ana")
    await again.wants("reset")
    await again.proves_by(TOTP)
    assert await again.at() == "verify.closed_for_a_day"


async def test_going_on_elsewhere_voids_page_and_proofs_and_can_be_done_three_times(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    first = ana.page
    for move in range(3):
        await ana.page.presses("elsewhere")
        await town.settle()
        assert await chat_of(ana).at() == "page.open"
        ana.page = Browser(town, SAFARI)
        await town.passes(30)
        await ana.page.lands(await chat_of(ana).link(), "Authenticator app")
        assert await ana.page.at() == "method.totp.ask", move
    assert not (await first.view()).sealed
    assert "elsewhere" not in [o.id for o in (await ana.page.view()).exits]
    await ana.types(await town.code("ana", TOTP))
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    assert await town.signs_in("ana", GOOD) == "right"


async def test_a_fourth_move_ends_it(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    for _ in range(3):
        await chat_of(ana).says("continue on another device")
        await town.settle()
        assert await chat_of(ana).at() == "page.open"
    window = await town.app.store.conversations.newest(ana.channel, address(ana))
    assert window
    await chat_of(ana).says("continue on another device")
    assert (await town.app.engine.view(window)).prompt.id == "engine.moved_too_often"


async def test_the_page_that_was_left_behind_can_answer_nothing(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    await ana.begins_with(TOTP)
    left = ana.page
    await left.presses("elsewhere")
    await town.settle()
    ana.page = Browser(town, SAFARI)
    await ana.page.lands(await chat_of(ana).link(), "Authenticator app")
    answer = await left.types(await town.code("ana", TOTP))
    assert answer.status == 422
    assert (await ana.at(), await left.at()) == ("method.totp.ask", "method.totp.ask")
    assert "identity:proof:accepted" not in await town.tags()


async def test_an_older_button_is_answered_politely_and_does_nothing(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.begins_with(SMS)
    old = (await ana.page.view()).token
    await ana.picks("Another way")
    answer = await ana.page.presses("again", old)
    assert answer.status == 409
    assert "already moved on" in answer.text
    assert await ana.at() == "verify.how"


async def test_a_button_pressed_twice_counts_once(town: Town, call: Call) -> None:
    ben = call("ben")
    await ben.wants("reset")
    await ben.begins_with(SMS)
    token = (await ben.page.view()).token
    assert [(await ben.page.presses("again", token)).status for _ in range(2)] == [303, 409]
    assert (await town.tags()).count("identity:proof:asked") == 2


async def test_a_forwarded_button_does_nothing_in_another_hand(town: Town, chat: Call) -> None:
    ana, ben = chat("ana"), chat("ben")
    await ana.wants("unlock")
    await ben.wants("unlock")
    window = await town.app.store.conversations.newest(ana.channel, address(ana))
    assert window
    token = (await town.app.engine.view(window)).token
    pressed = await Browser(town).post("/demo/press", **{"as": "ben", "token": token, "option": "cancel"})
    assert pressed.status in {200, 303}
    assert await chat_of(ana).at() == "verify.how"
    assert (await Browser(town).post(f"/p/{window}", token=token, option="cancel")).status == 404


async def test_a_link_is_good_for_ten_minutes(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    link = await chat_of(ana).link()
    await town.passes(601)
    assert (await ana.page.lands(link)).status == 410
    assert ana.page.window is None


def address(caller: Caller) -> str:
    match caller.chat:
        case SlackChat() | TeamsChat() as chat:
            return chat.address
        case Terminal():
            return f"tty-{caller.login}"
        case _:
            return caller.login


async def shown_in(caller: Caller) -> str:
    """Everything that the chat shows at this moment."""
    if isinstance(page := getattr(caller.chat, "browser", None), Browser):
        return (await page.get(f"/?as={caller.login}")).text
    return await chat_of(caller).hears()
