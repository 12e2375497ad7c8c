"""What a dialog costs in calls to Slack, and how long people wait where Slack limits each method."""

import pytest

from bot.engine.chat_outbox import BUSY
from tests.kit.callers import Caller, Channel
from tests.kit.lives import STORIES, Person, play
from tests.kit.slack import TEAM, SlackChat
from tests.kit.slack_limits import RateLimits
from tests.kit.town import Town

MOST = 4  # calls that a dialog makes, the notice of what was done among them
ONCE = {"auth.test", "users.info"}  # for a process, and for a person in five minutes
COMMAND = f"command=/password&text=hello&team_id={TEAM}&user_id=UANA&channel_id=C1&channel_name=general&trigger_id=1.1"


@pytest.mark.parametrize("name", STORIES)
async def test_a_whole_dialog_makes_few_calls(town: Town, name: str) -> None:
    story = STORIES[name]
    await play(town, Person(story, Caller(town, story.login, Channel.SLACK)))
    calls = [call for call in town.slack.calls if call not in ONCE]
    assert set(calls) == {"chat.postMessage", "chat.update"}
    assert len(calls) <= MOST, calls
    assert len(town.slack.calls) - len(calls) == len(ONCE), town.slack.calls


async def test_who_began_elsewhere_is_reached_by_one_call_more(town: Town, ana: SlackChat) -> None:
    await ana._known()
    await ana.sends(COMMAND.encode(), "application/x-www-form-urlencoded")
    await ana.types("I forgot my password")
    await ana.says("cancel")
    assert town.slack.calls.count("conversations.open") == 1


async def test_a_channel_that_isnt_theirs_any_more_is_opened_anew(town: Town, ana: SlackChat) -> None:
    town.slack.refuses["chat.postMessage"] = [(200, {}, {"ok": False, "error": "channel_not_found"})]
    await ana.says("hello")
    assert town.slack.calls.count("conversations.open") == 1
    assert len(town.slack.messages) == 1


async def test_a_turn_that_takes_its_time_is_no_reason_to_look_whether_it_was_shown(town: Town, ana: SlackChat) -> None:
    await ana.says("hello")
    async with town.app.store.database.write("held") as conn:
        await conn.exec_driver_sql("update conversation set held = 1, due_at = due_at + 100")
        await conn.exec_driver_sql("update window set below = true, show_at = 0")
    for _ in range(BUSY + 2):
        await town.passes(1)
    assert "conversations.history" not in town.slack.calls
    assert len(town.slack.messages) == 2  # one moment


async def test_slack_that_asks_to_wait_without_a_number_is_asked_soon_and_then_less_often(town: Town, ana: SlackChat) -> None:
    town.slack.refuses["chat.postMessage"] = [(429, {}, {"ok": False, "error": "ratelimited"})] * 3
    await ana.says("hello")
    tried = []
    for second in range(1, 9):
        before = town.slack.calls.count("chat.postMessage")
        await town.passes(1)
        if town.slack.calls.count("chat.postMessage") > before:
            tried.append(second)
    assert tried == [1, 3, 7]
    assert len(town.slack.messages) == 1
    assert "conversations.history" not in town.slack.calls  # it had surely not been shown


async def test_sixty_people_at_once_wait_for_none_of_slacks_limits(town: Town) -> None:
    town.slack.limits = RateLimits(town.clock)
    people = [SlackChat(town, "ana", linked=False, user=f"U{number}") for number in range(60)]
    for who in people:
        await who.types("hello")
    await town.passes(2)
    assert [who.user for who in people if not town.slack.newest(f"D{who.user}")] == []
