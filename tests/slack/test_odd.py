"""Payloads that Slack documents and seldom sends, and requests that nobody documents: answered, never with a 500, and nothing run that shouldn't."""

import asyncio
import gzip
import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.kit.slack import BOT, PATH, TEAM, SlackChat, event, ids, signature
from tests.kit.town import Town
from tests.slack.test_hostile import FORM, JSON, sent

IM: dict[str, Any] = {"type": "message", "channel_type": "im", "channel": "DUANA", "user": "UANA", "text": "I forgot my password"}
USER = {"id": "UANA", "username": "ana", "name": "ana", "team_id": TEAM}
WHERE: dict[str, Any] = {
    "team": {"id": TEAM, "domain": "contoso"},
    "user": USER,
    "enterprise": None,
    "is_enterprise_install": False,
}
VIEW = {"id": "V1", "team_id": TEAM, "type": "modal", "callback_id": "x", "state": {"values": {}}, "private_metadata": ""}


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "view_submission", **WHERE, "trigger_id": "1.1", "view": VIEW},
        {"type": "view_closed", **WHERE, "view": VIEW, "is_cleared": False},
        {"type": "block_suggestion", **WHERE, "action_id": "menu", "block_id": "pick:x", "value": "a"},
        {"type": "dialog_submission", **WHERE, "callback_id": "x", "submission": {}, "state": ""},
        {
            "type": "message_action",
            **WHERE,
            "trigger_id": "1.2",
            "callback_id": "nothing",
            "message": {"text": "Hunter2!Hunter2"},
        },
        {"type": "shortcut", **WHERE, "trigger_id": "1.3", "callback_id": "nothing"},
        {"type": "interactive_message", **WHERE, "callback_id": "x", "actions": [{"name": "a", "value": "b"}]},
        {"type": "block_actions", **WHERE, "trigger_id": "1.5", "actions": [{"action_id": "home0", "value": None}]},
        {"type": "block_actions", **WHERE, "trigger_id": "1.6", "actions": [{"action_id": "pick0", "block_id": None}]},
        {"type": "block_actions", **WHERE, "actions": [{"action_id": "home0", "block_id": "home", "value": "nothing"}]},
        {
            "type": "block_actions",
            **WHERE,
            "container": None,
            "trigger_id": "1",
            "actions": [{"action_id": "pick0", "block_id": "pick:x~é"}],
        },
    ],
    ids=range(11),
)
async def test_what_is_pressed_elsewhere_is_acknowledged_and_nothing_is_run(
    town: Town, ana: SlackChat, payload: dict[str, Any]
) -> None:
    assert await ana.posts_form(payload) == 200
    assert await ana.at() == ""


@pytest.mark.parametrize(
    "inner",
    [
        {"type": "team_join", "user": {"id": "UNEW", "team_id": TEAM}},
        {"type": "user_change", "user": {"id": "UNEW", "team_id": TEAM, "deleted": False}},
        {"type": "user_change", "user": {"id": "UNEW", "team_id": None}},
        {"type": "app_home_opened", "user": "UANA", "tab": "messages", "channel": "DUANA"},
        {"type": "tokens_revoked", "tokens": {"oauth": ["UANA"]}},
        {"type": "tokens_revoked"},
        {"type": "tokens_revoked", "tokens": {"bot": []}},
        {"type": "channel_archive", "channel": "C1", "user": "UANA"},
        {"type": "message", "subtype": "message_deleted", "channel_type": "im", "channel": "DUANA", "deleted_ts": "1.1"},
        {
            "type": "message",
            "subtype": "assistant_app_thread",
            "channel_type": "im",
            "channel": "DUANA",
            "user": "UANA",
            "text": "x",
        },
        {
            "type": "message",
            "subtype": "channel_join",
            "channel_type": "channel",
            "channel": "C1",
            "user": "UANA",
            "text": "joined",
        },
        {**IM, "user": None},
        {**IM, "user": "USLACKBOT"},
    ],
    ids=range(13),
)
async def test_events_that_mean_nothing_to_us_are_acknowledged(town: Town, ana: SlackChat, inner: dict[str, Any]) -> None:
    town.slack.person("USLACKBOT", is_bot=False)
    assert await ana.posts(event(inner)) == 200
    assert await ana.at() == ""


async def test_slack_says_that_it_holds_events_back(town: Town, ana: SlackChat) -> None:
    told = {"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1_800_000_000, "api_app_id": "A0", "token": "x"}
    with capture_logs() as logged:
        assert await ana.posts(told) == 200
    assert [line["log_level"] for line in logged if line["event"] == "slack.events_held_back"] == ["error"]


@pytest.mark.parametrize(
    "more",
    [
        {"thread_ts": "1800000000.000100", "parent_user_id": BOT},
        {"subtype": "file_share", "files": [{"id": "F1"}], "upload": False},
        {"subtype": "thread_broadcast", "thread_ts": "1.1", "root": {}},
        {"subtype": "me_message"},
        {"client_msg_id": "0-1", "blocks": [{"type": "rich_text", "elements": []}], "attachments": []},
        {"team": TEAM, "user_team": TEAM, "source_team": TEAM},
        {"edited": {"user": "UANA", "ts": "1.2"}},
    ],
    ids=range(7),
)
async def test_however_it_was_written_it_is_heard(town: Town, ana: SlackChat, more: dict[str, Any]) -> None:
    await ana._known()
    assert await ana.posts(event({**IM, "ts": "1800000000.000200", **more})) == 200
    assert await ana.at() == "page.open"


@pytest.mark.parametrize(
    "text", ["\ud800", "\x00", "\u202edrowssap ym togrof I", "\u200b", "x" * 41000, "<" * 3000, "&lt;!channel&gt;", None]
)
async def test_odd_words_are_words(town: Town, ana: SlackChat, text: str | None) -> None:
    await ana._known()
    assert await ana.posts(event({**IM, "text": text})) == 200
    assert await ana.at()
    assert await ana.posts(event({**IM, "text": text})) == 200


async def test_an_unknown_workspace_is_acknowledged_and_told_nothing(town: Town, ana: SlackChat) -> None:
    around = {
        "team_id": "T9OTHER",
        "authorizations": [{"team_id": "T9OTHER", "enterprise_id": None, "is_enterprise_install": False}],
    }
    assert await ana.posts(event(IM, **around)) == 200
    form = "command=%2Fpassword&text=&team_id=T9OTHER&user_id=UANA&channel_id=C1&trigger_id=9.9"
    assert await ana.sends(form.encode(), FORM) == 200
    assert (ana.told, town.slack.messages, await ana.at()) == ("", {}, "")


async def raw(town: Town, head: str, body: bytes, *, cut: bool = False, path: str = PATH) -> bytes:
    """By hand, since no client sends such things."""
    assert town.web.server.port
    reader, writer = await asyncio.open_connection("127.0.0.1", town.web.server.port)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: localhost:8400\r\nConnection: close\r\n{head}\r\n".encode() + body)
    await writer.drain()
    if cut:
        writer.write_eof()
    said = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return said.partition(b"\r\n")[0]


def head(body: bytes, at: float, **more: str) -> str:
    stamped = {"Content-Type": JSON, **signature(body, at), **more}
    return "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in stamped.items())


@pytest.mark.parametrize(
    "how",
    [
        "gzip",
        "bad gzip",
        "bomb",
        "chunks",
        "bad chunks",
        "cut off",
        "two stamps",
        "two signatures",
        "upper case",
        "odd type",
        "no type",
    ],
)
async def test_requests_that_no_client_sends(town: Town, ana: SlackChat, how: str) -> None:
    body, now = json.dumps(event(IM)).encode(), town.clock.now
    right = signature(body, now)
    match how:
        case "gzip":
            packed = gzip.compress(body)
            said = await raw(town, head(packed, now, Content_Encoding="gzip", Content_Length=str(len(packed))), packed)
        case "bad gzip":
            said = await raw(town, head(body, now, Content_Encoding="gzip", Content_Length=str(len(body))), body)
        case "bomb":
            packed = gzip.compress(b"0" * 50_000_000)
            said = await raw(town, head(packed, now, Content_Encoding="gzip", Content_Length=str(len(packed))), packed)
        case "chunks":
            said = await raw(town, head(body, now, Transfer_Encoding="chunked"), b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
        case "bad chunks":
            said = await raw(town, head(body, now, Transfer_Encoding="chunked"), b"zz\r\n" + body)
        case "cut off":
            said = await raw(town, head(body, now, Content_Length=str(len(body) + 10)), body, cut=True)
        case "two stamps":
            twice = f"X-Slack-Request-Timestamp: {right['X-Slack-Request-Timestamp']}\r\n"
            said = await raw(town, head(body, now, Content_Length=str(len(body))) + twice, body)
        case "two signatures":
            twice = f"X-Slack-Signature: {right['X-Slack-Signature']}\r\n"
            said = await raw(town, head(body, now, Content_Length=str(len(body))) + twice, body)
        case "upper case":
            said = await raw(
                town, head(body, now, X_Slack_Signature=right["X-Slack-Signature"].upper(), Content_Length=str(len(body))), body
            )
        case "odd type":
            said = await raw(town, head(body, now, Content_Type="application/json;;;=", Content_Length=str(len(body))), body)
        case _:
            said = await raw(town, head(body, now, Content_Type="", Content_Length=str(len(body))), body)
    await town.app.chats["slack"].tasks.done()  # type: ignore[attr-defined]  # of this adapter
    status = int(said.split()[1]) if said else 0
    assert status == 200 if how == "chunks" else status == 0 or 400 <= status < 500 or (how == "odd type" and status == 200)
    assert bool(await ana.at()) is (status == 200)


@pytest.mark.parametrize(
    "body",
    [b"payload=%7B%7D&payload=%7B%7D", b"payload=", b"payload=%7B%7D&text=%FF", b"&".join(b"a%d=1" % n for n in range(65))],
)
async def test_odd_forms_are_400(town: Town, body: bytes) -> None:
    assert await sent(town, body, signature(body, town.clock.now), FORM) == (400, "")


@pytest.mark.parametrize("number", ["1", "2", "3", "x"])
async def test_slack_says_why_it_asks_again(town: Town, ana: SlackChat, number: str) -> None:
    body = json.dumps(event(IM)).encode()
    for more in ({}, {"X-Slack-Retry-Num": number, "X-Slack-Retry-Reason": "http_timeout"}):
        assert await sent(town, body, {**signature(body, town.clock.now), **more}) == (200, "")
    await town.app.chats["slack"].tasks.done()  # type: ignore[attr-defined]  # of this adapter
    assert await ana.at()
    assert len(town.slack.messages) == 1
    assert next(ids)


@pytest.mark.parametrize("path", ["/start", "/hooks/teams"])
async def test_a_body_that_isnt_what_its_encoding_says_is_nowhere_a_fault(town: Town, path: str) -> None:
    body = b"text=hello"
    said = await raw(
        town,
        f"Origin: http://localhost:8400\r\nContent-Type: {FORM}\r\nContent-Encoding: gzip\r\nContent-Length: 10\r\n",
        body,
        path=path,
    )
    assert 400 <= int(said.split()[1]) < 500
