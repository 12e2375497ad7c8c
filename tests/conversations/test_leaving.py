"""Stopping, starting over, asking for a person, changing one's mind, and taking too long."""

import pytest

from tests.conversations.conftest import Call
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import TOTP
from tests.kit.people import Terminal
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town

WORDS = {"cancel": "engine.cancel", "talk to a person": "engine.person"}


@pytest.mark.parametrize("word", WORDS)
async def test_a_word_in_the_chat_ends_it_in_both_windows(town: Town, chat: Call, word: str) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    assert ana.chat
    await ana.chat.says(word)
    assert await ana.page.at() == WORDS[word]
    await ana.page.types_blindly(GOOD)
    assert await town.signs_in("ana", OLD) == "right"
    assert (await ana.page.get(f"/p/{ana.page.window}")).status == 200


@pytest.mark.parametrize("option", ["cancel", "person"])
async def test_a_button_on_the_page_ends_it(town: Town, call: Call, option: str) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.begins_with(TOTP)
    await ana.page.presses(option)
    assert await ana.at() == f"engine.{option}"


async def test_a_page_takes_cancel_for_a_password_as_any_other(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.page.types_blindly("cancel")
    assert await ana.at() == "reset.new"


async def test_starting_over_voids_the_proof_but_not_the_page(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    window = ana.page.window
    await ana.page.presses("start_over")
    await town.passes(30)
    assert (await ana.at(), ana.page.window) == ("verify.how", window)
    await ana.proves_by(TOTP)
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    assert (await town.tags()).count("identity:proof:accepted") == (2 if ana.chat else 4)  # two of a stranger, each time


async def test_another_wish_asks_before_it_leaves(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    await ana.begins_with(TOTP)
    assert ana.chat
    await ana.chat.says("my account is locked")
    assert await ana.chat.at() == "opening.leave"
    await ana.chat.says("Stay here")
    assert await ana.chat.at() == "method.totp.ask"
    await ana.chat.says("my account is locked")
    await ana.chat.says("Leave and start the new one")
    await town.settle()
    assert await ana.chat.at() in {"verify.how", "method.totp.ask"}
    await ana.proves_by(TOTP)
    assert await ana.at() == "unlock.not_locked.fine"


async def test_the_same_wish_again_changes_nothing(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    assert ana.chat
    await ana.chat.says("I forgot my password!")
    assert await ana.chat.at() == "page.open"
    await ana.proves_by(TOTP)
    assert await ana.at() == "reset.new"


async def test_a_greeting_is_answered_with_what_can_be_done_and_a_wish_then_needs_no_leave(town: Town, chat: Call) -> None:
    ana = chat("ana")
    assert ana.chat
    await ana.chat.says("hello there")
    assert await ana.chat.at() == "menu"
    await ana.chat.says("please reset my password")
    assert await ana.chat.at() == "page.open"
    await ana.page.lands(await ana.chat.link(), "Authenticator app")
    assert "A new password" in await ana.page.reads()


async def test_a_button_of_the_menu_is_as_good_as_words_and_the_page_says_what_it_is_about(town: Town, chat: Call) -> None:
    ana = chat("ana")
    assert ana.chat
    await ana.chat.says("hello there")
    await ana.chat.says((await ana.chat.offered())[0])
    await town.settle()
    assert await ana.chat.at() == "page.open"
    await ana.page.lands(await ana.chat.link(), "Authenticator app")
    assert "A new password" in await ana.page.reads()
    await ana.page.presses("start_over")
    assert await ana.at() == "verify.how"


async def test_after_fifteen_minutes_it_is_over_and_says_so(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await town.passes(901)
    assert await ana.at() == "engine.expired"
    await ana.page.types_blindly(GOOD)
    assert await town.signs_in("ana", OLD) == "right"


async def test_a_password_typed_into_the_chat_is_not_kept_and_is_told_to_be_spent_and_is(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    assert ana.chat
    town.secrets.add(GOOD)
    await ana.chat.says(GOOD)
    assert await ana.chat.at() == "reset.new"
    if isinstance(ana.chat, Terminal):
        assert "don't use it any more" in await ana.chat.hears()
    assert await town.signs_in("ana", OLD) == "right"
    await ana.types(GOOD)
    assert await ana.at() == "reset.new"  # it is spent
    await ana.types(GOOD + "-elsewhere")
    assert await ana.at() == "reset.done"


async def test_a_password_typed_before_anything_was_asked_is_called_spent_and_begins_nothing(town: Town, chat: Call) -> None:
    ana = chat("ana")
    assert ana.chat
    town.secrets.add(GOOD)
    await ana.chat.says(GOOD)
    assert await ana.chat.at() == "engine.spent_password"


async def test_at_the_portal_a_wish_begins_as_often_as_its_button_is_pressed(town: Town) -> None:
    ana = Caller(town, "ana", Channel.PORTAL)
    await ana.wants("reset")
    first = ana.page.window
    await ana.wants("reset")
    assert ana.page.window != first
    await ana.proves_by(TOTP)
    assert await ana.at() == "reset.new"
