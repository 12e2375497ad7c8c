"""Signed payloads of shapes that Slack doesn't send: 400, never a fault, and never a word of them in the log."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.kit.slack import BOT, TEAM, SlackChat, event
from tests.kit.town import Town
from tests.slack.test_hostile import FORM
from tests.slack.test_odd import IM, USER, WHERE

PRESS = {
    "type": "block_actions",
    **WHERE,
    "trigger_id": "1.1",
    "actions": [{"action_id": "pick0", "block_id": "pick:x~y", "value": "a"}],
}
SHORTCUT = {"type": "shortcut", **WHERE, "trigger_id": "1.3", "callback_id": "reset"}
COMMAND = {"command": "/password", "text": "", "team_id": TEAM, "user_id": "UANA", "channel_id": "C1", "trigger_id": "9.9"}
ODD: list[Mapping[str, Any]] = [
    event(IM, event_id=None), event(IM, event_id=7), event(IM, event_id="\ud800"), event(IM, event_id="a\x00b"),
    event(IM, event=[]), event(IM, event="message"), event(IM, event=None), event(IM, authorizations={"team_id": TEAM}),
    event(IM, authorizations=[TEAM]), event(IM, team_id=[TEAM]), event({**IM, "user": ["UANA"]}), event({**IM, "text": {"a": 1}}),
    event({**IM, "channel": 7}), event({**IM, "ts": 1.5}), event({**IM, "type": None}), event({**IM, "subtype": "message_changed", "message": 7}),
    event({"type": "user_change", "user": "UANA"}), event({"type": "user_change", "user": {"id": None}}),
    event({"type": "tokens_revoked", "tokens": ["bot"]}), event({"type": "app_mention", "user": "UANA", "text": "x"}),
    {**PRESS, "actions": []}, {**PRESS, "actions": None}, {**PRESS, "actions": ["a"]}, {**PRESS, "user": "UANA"}, {**PRESS, "user": None},
    {**PRESS, "actions": [{"action_id": 7}]}, {**PRESS, "container": "message"}, {**PRESS, "user": {**USER, "id": {"id": "UANA"}}},
    {**SHORTCUT, "callback_id": None}, {**SHORTCUT, "trigger_id": None}, {**SHORTCUT, "team": 7}, {**SHORTCUT, "view": "x", "user": {}},
]  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["UANA", TEAM, BOT, "1.1"])
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3))


@pytest.mark.parametrize("payload", ODD, ids=range(len(ODD)))
async def test_another_shape_is_refused(town: Town, ana: SlackChat, payload: dict[str, Any]) -> None:
    with capture_logs() as logged:
        status = await (ana.posts(payload) if payload["type"] == "event_callback" else ana.posts_form(payload))
    assert (status, {line["log_level"] for line in logged}) == (400, {"warning"})
    assert "UANA" not in str(logged)
    assert await ana.at() == ""


@pytest.mark.parametrize("missing", ["trigger_id", "user_id"])
async def test_a_command_without_its_person_or_its_name_is_refused(ana: SlackChat, missing: str) -> None:
    body = "&".join(f"{name}={value}" for name, value in COMMAND.items() if name != missing)
    assert await ana.sends(body.encode(), FORM) == 400


def places(value: object, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in it, each by its way from the top."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for name, one in inner for place in places(one, (*at, name)))]


def put(value: Any, way: tuple[str | int, ...], new: object) -> Any:
    """A copy with something else at that place."""
    if not way:
        return new
    made: Any = dict(value) if isinstance(value, dict) else list(value)
    made[way[0]] = put(value[way[0]], way[1:], new)
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_no_value_in_any_place_of_a_payload_is_a_fault(town: Town, ana: SlackChat, data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([event(IM), event({"type": "user_change", "user": USER}), PRESS, SHORTCUT]))
    way = data.draw(st.sampled_from(places(whole)))
    odd = put(whole, way, data.draw(VALUES))
    with capture_logs() as logged:
        kind = isinstance(odd, dict) and odd.get("type") == "event_callback"
        status = await (ana.posts(odd) if kind else ana.posts_form(odd))
    assert status in {200, 400}, json.dumps(odd)
    assert "error" not in {line["log_level"] for line in logged}, json.dumps(odd)
