"""Words that aren't clear: two or three buttons and "something else", in every chat, and each leads where it says."""

import pytest

from tests.conversations.conftest import Call
from tests.kit.callers import Caller
from tests.kit.town import Town

ELSE = "Something else"


async def asked(chat: Call, text: str) -> Caller:
    ana = chat("ana")
    assert ana.chat is not None
    await ana.chat.says(text)
    assert await ana.at() == "opening.did_you_mean"
    return ana


async def offered(ana: Caller) -> list[str]:
    assert ana.chat is not None
    return [one for one in await ana.chat.offered() if one in KNOWN]


KNOWN = {
    ELSE,
    "I forgot my password",
    "My account is locked",
    "My phone is lost or stolen",
    "Something on my account wasn't me",
    "I need help from a person",
}


async def test_who_cant_get_in_is_asked_whether_it_is_forgotten_or_locked(town: Town, chat: Call) -> None:
    ana = await asked(chat, "I can't get into my work account any more")
    assert set(await offered(ana)) == {"I forgot my password", "My account is locked", ELSE}
    await ana.picks("I forgot my password")
    assert await ana.at() == "page.open"


@pytest.mark.parametrize(
    ("said", "button", "leads"),
    [
        ("perdí mi teléfono", "My phone is lost", "lost.not_enough_left"),
        ("somebody reset my password", "Something on my account", "not_me."),
        ("a colleague told me that his password is gone", "I need help from a person", "engine.person"),
        ("忘记密码了", "I forgot my password", "page.open"),
        ("パスワードがわからない", ELSE, "menu"),
    ],
)
async def test_each_button_leads_where_it_says(town: Town, chat: Call, said: str, button: str, leads: str) -> None:
    ana = await asked(chat, said)
    await ana.picks(button)
    assert (await ana.at()).startswith(leads)


async def test_whoever_says_it_more_clearly_needs_no_button(town: Town, chat: Call) -> None:
    ana = await asked(chat, "I can't get into my work account any more")
    assert ana.chat is not None
    await ana.chat.says("I forgot my password")
    assert await ana.at() == "page.open"


async def test_a_phone_lost_in_the_middle_of_something_else_is_heard_and_nothing_is_lost(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("unlock")
    assert ana.chat is not None
    await ana.chat.says("wait, somebody stole my phone")
    assert await ana.at() == "opening.leave"
    await ana.picks("Leave and start")
    assert await ana.at() == "opening.did_you_mean"


@pytest.mark.parametrize(
    ("said", "leads"),
    [("the printer is out of paper", "answer.printer"), ("my laptop wants a bitlocker recovery key", "answer.bitlocker")],
)
async def test_what_isnt_ours_is_named_with_the_menu_open_as_without(town: Town, chat: Call, said: str, leads: str) -> None:
    ana = chat("ana")
    assert ana.chat is not None
    await ana.chat.says(said)
    assert (await ana.at()).startswith(leads)
    await ana.chat.says("good morning")
    assert await ana.at() == "menu"
    await ana.chat.says(said)
    assert (await ana.at()).startswith(leads)
