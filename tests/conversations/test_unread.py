"""Words that were acknowledged and that nobody lived to understand: their writer is told so, once, and asked for them again."""

from contextlib import suppress

import pytest

from bot.engine.unread_events import PATIENCE
from tests.kit.slack import SlackChat
from tests.kit.teams import TeamsChat
from tests.kit.town import Killed, Town

ASKED = "Please send it again"


@pytest.fixture(params=[SlackChat, TeamsChat], ids=["slack", "teams"])
def ana(request: pytest.FixtureRequest, town: Town) -> SlackChat | TeamsChat:
    """In each vendor's chat."""
    chat: type[SlackChat | TeamsChat] = request.param
    return chat(town, "ana")


async def minute(town: Town) -> None:
    for task in town.app.running().minutely:
        await task()


async def dies_before(town: Town, point: str, ana: SlackChat | TeamsChat, words: str) -> None:
    """After the acknowledgement, and another process begins."""
    town.life.dies_at = point
    with suppress(Killed):
        await ana.types(words)
    assert town.life.dead
    await town.replica()


async def test_first_words_are_asked_for_again_once(town: Town, ana: SlackChat | TeamsChat) -> None:
    await dies_before(town, "before open", ana, "I forgot my password")
    await town.passes(PATIENCE - 1)
    await minute(town)
    assert ASKED not in await ana.remarks()
    await town.passes(2)
    for _ in range(3):
        await minute(town)
        await town.passes(PATIENCE + 1)
    assert (await ana.remarks()).count(ASKED) == 1
    await ana.types("I forgot my password")
    assert await ana.at() == "page.open"


async def test_words_in_a_conversation_are_asked_for_again_and_it_stands_as_it_did(
    town: Town, ana: SlackChat | TeamsChat
) -> None:
    await ana.types("hello")
    stood = await ana.at()
    await dies_before(town, "before claim", ana, "my account is locked")
    await town.passes(PATIENCE + 1)
    await minute(town)
    assert (await ana.at(), ASKED in await ana.remarks()) == (stood, True)


async def test_what_was_understood_is_asked_for_by_nobody(town: Town, ana: SlackChat | TeamsChat) -> None:
    await ana.types("hello")
    await ana.types("xyzzy")
    await town.passes(PATIENCE + 1)
    await minute(town)
    assert ASKED not in await ana.remarks()


async def test_whoever_cant_be_told_now_is_told_later(town: Town) -> None:
    ana = SlackChat(town, "ana")
    await dies_before(town, "before open", ana, "hello")
    town.slack.refuses["chat.postMessage"] = [(429, {"Retry-After": "5"}, {"ok": False, "error": "ratelimited"})]
    for told in (0, 1, 1):
        await town.passes(PATIENCE + 1)
        await minute(town)
        assert (await ana.remarks()).count(ASKED) == told
