"""An admin asks for the rules in a chat, and is told where they are; nobody is told more."""

import pytest

from tests.conversations.conftest import Call
from tests.kit.town import Town


@pytest.mark.parametrize("said", ["Turn on self-service for Sales", "show me the rules", "Zeig mir die Regeln"])
async def test_an_admin_is_led_to_the_page_by_its_plain_address(town: Town, chat: Call, said: str) -> None:
    adam = chat("adam")
    assert adam.chat
    await adam.chat.says(said)
    await town.settle()
    assert await adam.chat.at() == "rules.here"
    assert f"{town.settings.base_url}/rules" in await adam.chat.hears()
    assert "policy:rules:pointed_to" in await town.tags()
    assert (await town.app.store.policies.current() or (0, ""))[0] == 1


async def test_from_anybody_else_these_are_words_like_others(town: Town, chat: Call) -> None:
    ana = chat("ana")
    assert ana.chat
    await ana.chat.says("turn on self-service for Sales")
    await town.settle()
    assert await ana.chat.at() != "rules.here"
    assert "policy:rules:pointed_to" not in await town.tags()
