"""Too many people at once: whoever can't be helped soon is asked to come back, and nothing of theirs was counted."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.engine.turn_slots import AT_ONCE
from tests.kit.cards import executes
from tests.kit.kinds import SMS, TOTP
from tests.kit.people import Browser
from tests.kit.slack import SlackChat
from tests.kit.teams import TeamsChat
from tests.kit.town import Town


@asynccontextmanager
async def crowd(town: Town) -> AsyncIterator[None]:
    """Every slot is taken by somebody who needs longer than anybody waits."""
    slots = town.app.engine.slots
    slots._soon = 0.01
    async with AsyncExitStack() as others:
        for _ in range(AT_ONCE):
            await others.enter_async_context(slots.slot())
        yield


async def test_a_right_code_is_right_a_minute_later_however_often_it_was_sent(town: Town) -> None:
    ana, page = SlackChat(town, "ana"), Browser(town)
    await ana.says("I forgot my password")
    await page.lands(await ana.link(), "Authenticator app")
    code = await town.code("ana", TOTP)
    async with crowd(town):
        for _ in range(8):  # more than a code allows
            told = await page.types(code)
            assert told.status == 503
            assert "Many people" in told.text
    assert (await page.types(code)).status == 303
    assert await page.at() == "reset.new"


async def test_the_portal_begins_nothing_that_it_cant_go_on_with(town: Town) -> None:
    page = Browser(town)
    async with crowd(town):
        await page.starts("reset")
    await town.settle()
    assert await page.at() == "find.self"


async def test_slack_tells_it_beside_the_question_whose_buttons_stay_good(town: Town) -> None:
    ben = SlackChat(town, "ben")
    await ben.says("unlock my account")
    asked, choice = await ben.at(), next(label for label in await ben.offered() if label.startswith("Text message"))
    async with crowd(town):
        await ben.says(choice)
    assert any("Many people" in str(message) for message in town.slack.messages.values())
    assert await ben.at() == asked
    newest = town.slack.messages.popitem()  # the remark, so that the question is what they press
    assert "Many people" in str(newest)
    await ben.says(choice)
    assert (await ben.at()).startswith(f"method.{SMS}.ask")


async def test_teams_answers_the_press_with_the_same_card(town: Town) -> None:
    ben = TeamsChat(town, "ben")
    await ben.says("unlock my account")
    asked, choice = await ben.at(), next(label for label in await ben.offered() if label.startswith("Text message"))
    async with crowd(town):
        await ben.says(choice)
        assert "Many people" in str(ben.answered)
        assert executes(ben.answered)
    assert await ben.at() == asked
    await ben.says(choice)
    assert (await ben.at()).startswith(f"method.{SMS}.ask")
