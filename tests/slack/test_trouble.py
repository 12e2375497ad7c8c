"""Slack in trouble: its refusals, its pages instead of answers, its silence; whatever it says, the message comes once and the event isn't lost."""

from collections.abc import Callable

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.platform.errors import Unavailable
from tests.kit.slack import SlackChat
from tests.kit.town import LEASE, Killed, Town
from tests.slack.test_shown import pressable

Answer = Callable[[], web.Response]
HTML = "<html><body>Bad Gateway</body></html>"


@pytest.mark.parametrize(
    "why", ["fatal_error", "internal_error", "service_unavailable", "request_timeout", "ratelimited", "team_added_to_org"]
)
async def test_what_passes_is_tried_again(town: Town, ana: SlackChat, why: str) -> None:
    town.slack.refuses["chat.postMessage"] = [(200, {}, {"ok": False, "error": why})]
    await ana.says("hello")
    assert town.slack.messages == {}
    await town.passes(61)
    assert len(town.slack.messages) == 1


@pytest.mark.parametrize("kind", ["application/json", "text/html", "text/plain"])
@pytest.mark.parametrize("status", [200, 502])
async def test_a_page_instead_of_an_answer_is_tried_again(town: Town, ana: SlackChat, kind: str, status: int) -> None:
    town.slack.pages["chat.postMessage"] = [(status, kind, HTML)]
    await ana.says("hello")
    assert town.slack.messages == {}
    await town.passes(61)
    assert len(town.slack.messages) == 1


@pytest.mark.parametrize("kind", ["application/json", "text/html"])
async def test_a_page_instead_of_who_somebody_is_says_nothing(town: Town, ana: SlackChat, kind: str) -> None:
    town.slack.pages["users.info"] = [(200, kind, HTML)]
    assert await ana.types("hello") == 200
    assert "can't find out who you are" in await ana.hears()


@pytest.mark.parametrize(
    "why", ["message_not_found", "channel_not_found", "is_archived", "not_in_channel", "cant_update_message", "is_inactive"]
)
async def test_a_message_that_cant_be_edited_is_written_anew(town: Town, ana: SlackChat, why: str) -> None:
    await ana.says("hello")
    town.slack.refuses["chat.update"] = [(200, {}, {"ok": False, "error": why})]
    await ana.says((await ana.offered())[0])
    assert len(town.slack.messages) == 2


async def test_tried_again_less_and_less_often(town: Town, ana: SlackChat) -> None:
    town.slack.refuses["chat.postMessage"] = [(200, {}, {"ok": False, "error": "fatal_error"})] * 50
    await ana.says("hello")
    for _ in range(600):
        await town.passes(1)
    assert town.slack.calls.count("chat.postMessage") < 30


async def test_an_answer_that_got_lost_leaves_one_message(town: Town, ana: SlackChat) -> None:
    """Slack took it, and we never heard so."""
    town.slack.mute = ["chat.postMessage"]
    await ana.says("hello")
    await town.passes(61)
    assert (len(town.slack.messages), town.slack.mute) == (1, [])
    assert await ana.offered()
    await ana.says((await ana.offered())[0])
    assert len(town.slack.messages) == 1


async def test_what_was_typed_meanwhile_is_answered_below_it(town: Town, ana: SlackChat) -> None:
    town.slack.mute = ["chat.postMessage"]
    await ana.says("hello")
    await ana.types("I forgot my password")
    await town.passes(61)
    assert len(town.slack.messages) == 2
    assert pressable(town, ana) == [list(town.slack.messages)[-1][1]]
    assert await ana.at() == "page.open"


@pytest.mark.parametrize("dies_at", range(1, 13))
async def test_a_process_that_dies_between_posting_and_writing_it_down_leaves_one_message(
    town: Town, ana: SlackChat, dies_at: int
) -> None:
    await ana._known()
    town.life.points, town.life.dies_at = 0, dies_at
    try:
        await ana.types("hello")
        await town.settle()
    except Killed:
        await town.replica()
    town.life.dies_at = None
    await town.passes(LEASE)
    await town.passes(LEASE)
    assert len(town.slack.messages) <= 1
    await ana.types("I forgot my password")
    assert len(pressable(town, ana)) == 1


async def test_a_history_that_isnt_told_holds_nothing_up(town: Town, ana: SlackChat) -> None:
    town.slack.refuses = {
        "chat.postMessage": [(500, {}, {})],
        "conversations.history": [(200, {}, {"ok": False, "error": "missing_scope"})],
    }
    await ana.says("hello")
    await town.passes(61)
    assert len(town.slack.messages) == 1


async def test_a_database_that_is_away_is_said_to_the_log_without_a_trace(
    town: Town, ana: SlackChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> bool:
        raise Unavailable("08003")

    monkeypatch.setattr(type(town.app.engine.incoming), "take_event", away)
    with capture_logs() as said:
        assert await ana.types("hello") == 503
    assert {(line["event"], line["log_level"]) for line in said} == {("slack.unavailable", "warning")}
