"""An open question never makes the bot deaf: whoever asks about it is told what is true for it, and it stands as it did."""

import pytest

from tests.conversations.conftest import Call
from tests.kit.callers import Caller
from tests.kit.kinds import SMS
from tests.kit.town import Town


async def says(caller: Caller, text: str) -> str:
    """And what is remarked about it."""
    assert caller.chat is not None
    await caller.chat.says(text)
    return await caller.chat.remarks()


async def test_whoever_waits_for_their_page_gets_an_answer_to_each_and_keeps_the_question(chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    assert await ana.at() == "page.open"
    for said, told in (
        ("why do you need that?", "belongs to one browser alone"),
        ("is this safe", "never ask for a password in a chat"),
        ("how long does it take", "Minutes left for this: 15"),
        ("who are you", "a program, and no person"),
        ("where is the code", "Whoever needs a code"),
        ("no, the other account", "linked to your account"),
        ("thanks", "You're welcome"),
        ("what?", "Answer the question here"),
    ):
        assert told in await says(ana, said), said
        assert await ana.at() == "page.open"


async def test_a_link_that_does_not_work_is_replaced_and_the_old_one_is_dead(chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    assert ana.chat is not None
    first = await ana.chat.link()
    await says(ana, "the link doesn't work")
    assert await ana.at() == "page.open"
    assert await ana.chat.link() != first


async def test_where_the_code_is_depends_on_the_method(town: Town, chat: Call) -> None:
    ben = chat("ben")
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    assert "comes by text message" in await says(ben, "I didn't get a code")
    assert await ben.at() == "method.sms.ask.known"
    assert "It shows that it is you" in await says(ben, "why?")
    await ben.types(f"it's {await town.code('ben', SMS)}")
    assert await ben.at() == "unlock.done"


@pytest.mark.parametrize("said", ["go back", "zurück"])
async def test_back_leads_to_the_other_methods(chat: Call, said: str) -> None:
    ben = chat("ben")
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    await says(ben, said)
    assert await ben.at() == "verify.how"


async def test_at_the_menu_too_and_a_wish_still_is_one(chat: Call) -> None:
    ana = chat("ana")
    await says(ana, "hello")
    assert "a program, and no person" in await says(ana, "who are you?")
    assert await ana.at() == "menu"
    await says(ana, "reset my password")
    assert await ana.at() in {"page.open", "opening.leave"}
