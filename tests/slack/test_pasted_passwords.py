"""A password that was typed into a chat: told to be deleted, kept nowhere, and truly spent, since it is refused as a new one from then on."""

from typing import Any
from urllib.parse import urlencode

import pytest

from bot.policy.pasted_passwords import password_in
from tests.kit.forgetting import has_forgotten
from tests.kit.kinds import TOTP
from tests.kit.people import Browser
from tests.kit.residents import GOOD
from tests.kit.slack import SlackChat, event, ids
from tests.kit.town import Town

TYPED = "Winter-Kestrel-2031-Harbour"
PHRASE = "velvet harbour tricycle lantern"
IM: dict[str, Any] = {"type": "message", "channel_type": "im", "channel": "DUANA", "user": "UANA"}


async def at_the_new_password(town: Town, chat: SlackChat) -> Browser:
    await chat.says("I forgot my password")
    page = Browser(town)
    await page.lands(await chat.link(), "Authenticator app")
    await page.types(await town.code("ana", TOTP))
    assert await page.at() == "reset.new"
    return page


def warned(town: Town) -> bool:
    return any("delete your message" in str(m) for m in town.slack.messages.values())


@pytest.mark.parametrize("typed", [TYPED, PHRASE])
async def test_refused_later_in_that_conversation(
    town: Town, ana: SlackChat, typed: str, caplog: pytest.LogCaptureFixture
) -> None:
    town.secrets.add(typed)
    page = await at_the_new_password(town, ana)
    await ana.types(typed)
    assert warned(town)
    await page.types(typed)
    assert await page.at() == "reset.new"
    assert "typed into a chat" in await page.reads()
    await page.types(GOOD)
    assert await town.signs_in("ana", GOOD) == "right"
    has_forgotten(town, caplog.text)


async def test_refused_in_the_next_conversation_and_for_anybody(town: Town, ana: SlackChat) -> None:
    town.secrets.add(TYPED)
    await SlackChat(town, "ben").types(TYPED)
    page = await at_the_new_password(town, ana)
    await page.types(TYPED)
    assert await page.at() == "reset.new"
    await page.types(GOOD)
    assert await town.signs_in("ana", GOOD) == "right"


@pytest.mark.parametrize("said", [f"my password is {TYPED}", f"I forgot my password: {TYPED}", f"mein Kennwort lautet {TYPED}!"])
async def test_in_a_sentence_as_well(town: Town, ana: SlackChat, said: str) -> None:
    town.secrets.add(TYPED)
    await ana.types(said)
    assert await ana.at()
    assert warned(town)
    assert await town.app.engine.pasted.refuses(password_in(said) or pytest.fail("unseen"))


async def test_in_a_message_that_was_edited(town: Town, ana: SlackChat) -> None:
    town.secrets.add(TYPED)
    message = {"type": "message", "user": "UANA", "text": TYPED, "ts": "1800000000.000100"}
    changed = event(
        {"type": "message", "subtype": "message_changed", "channel_type": "im", "channel": "DUANA", "message": message}
    )
    for _ in range(3):
        assert await ana.posts(changed) == 200
    assert [("delete your message" in m["text"]) for m in town.slack.messages.values()] == [True]
    assert await ana.at() == ""


@pytest.mark.parametrize(
    "message", [{"bot_id": "B0BOT", "text": TYPED}, {"user": "UANA", "text": "I forgot my password"}, {"user": "UANA"}, None, {}]
)
async def test_an_edited_message_is_heard_for_nothing_else(town: Town, ana: SlackChat, message: object) -> None:
    changed = {"type": "message", "subtype": "message_changed", "channel_type": "im", "channel": "DUANA", "message": message}
    assert await ana.posts(event(changed)) == 200
    assert town.slack.messages == {}


async def test_in_a_command(town: Town, ana: SlackChat) -> None:
    town.secrets.add(TYPED)
    form = {"command": "/password", "text": TYPED, "team_id": "T0CONTOSO", "user_id": "UANA", "channel_id": "C1"}
    body = urlencode({**form, "trigger_id": f"{next(ids)}.1"}).encode()
    assert await ana.sends(body, "application/x-www-form-urlencoded") == 200
    assert warned(town)
    assert TYPED not in ana.told


async def test_on_the_page_nobody_speaks_of_a_chat(town: Town, ana: SlackChat) -> None:
    await ana.says("I forgot my password")
    page = Browser(town)
    await page.lands(await ana.link(), "Authenticator app")
    await page.types(TYPED)  # where a code is asked for
    assert "this chat has" not in await page.reads()
    await page.types(await town.code("ana", TOTP))
    await page.types(TYPED)
    assert await town.signs_in("ana", TYPED) == "right"


@pytest.mark.parametrize(
    "said",
    [
        "I forgot my password",
        "my password is expired",
        "Kennwort vergessen",
        "reset the password for Windows11",
        "INC0012345",
        "",
    ],
)
def test_what_is_no_password(said: str) -> None:
    assert password_in(said) is None
