"""Whatever isn't Slack's is refused with a bare number: nothing is run, nothing of it is logged, and nothing falls over."""

import json
from collections.abc import AsyncIterator, Mapping
from types import SimpleNamespace
from typing import cast
from urllib.parse import urlencode

import pytest
from aiohttp import web

from adapters.http.bodies import request_body
from adapters.http.refusals import RequestRefused
from adapters.slack.request_body import LARGEST
from tests.kit.slack import PATH, SlackChat, event, signature
from tests.kit.town import Town

IM = {"type": "message", "channel": "DUANA", "channel_type": "im", "user": "UANA", "text": "I forgot my password"}
GOOD = json.dumps(event(IM)).encode()
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


async def sent(town: Town, body: bytes, headers: Mapping[str, str], kind: str = JSON) -> tuple[int, str]:
    async with town.web.post(PATH, data=body, headers={"Content-Type": kind, "Host": "localhost:8400", **headers}) as answer:
        return answer.status, await answer.text()


async def nothing_ran(town: Town) -> bool:
    assert [tag for tag in await town.tags() if tag != "record:set:sealed"] == ["policy:document:saved"]
    return town.slack.calls == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": "abc", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "1800000000", "X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Request-Timestamp": "1800000000", "X-Slack-Signature": "v0=é".encode().decode("latin-1")},
        {"X-Slack-Request-Timestamp": "٣", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "9" * 400, "X-Slack-Signature": "v0=00"},
        {"X-Slack-Signature": "v0=00"},
    ],
    ids=range(7),
)
@pytest.mark.parametrize(
    "body",
    [GOOD, b"{", b"[]", b"\xff\xfe", b"payload=%7B", b"ssl_check=1", b'{"a":' * 2000 + b"1" + b"}" * 2000, b""],
    ids=range(8),
)
async def test_unsigned_is_401_whatever_it_holds(town: Town, headers: dict[str, str], body: bytes) -> None:
    if headers.get("X-Slack-Request-Timestamp") == "٣":
        headers = {**headers, "X-Slack-Request-Timestamp": "٣".encode().decode("latin-1")}
    assert await sent(town, body, headers) == (401, "")
    assert await nothing_ran(town)


class BrokenOff:
    """A body whose sender is gone after its first octets."""

    async def iter_any(self) -> AsyncIterator[bytes]:
        yield b"{"
        raise ConnectionResetError


async def test_a_body_that_breaks_off_is_refused_like_any_other_nonsense() -> None:
    with pytest.raises(RequestRefused, match="gone"):
        await request_body(cast("web.Request", SimpleNamespace(content=BrokenOff())), LARGEST)


@pytest.mark.parametrize(("seconds", "status"), [(-299, 200), (299, 200), (-302, 401), (302, 401)])
async def test_an_old_request_and_one_from_the_future_are_refused(town: Town, ana: SlackChat, seconds: int, status: int) -> None:
    assert (await sent(town, GOOD, signature(GOOD, town.clock.now + seconds)))[0] == status
    await town.app.chats["slack"].tasks.done()  # type: ignore[attr-defined]  # of this adapter


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", JSON),
        (b"[]", JSON),
        (b"null", JSON),
        (b'"text"', JSON),
        (b"\xff\xfe{}", JSON),
        (b'{"a":' * 100 + b"1" + b"}" * 100, JSON),
        (b'{"a":' * 90000 + b"1" + b"}" * 90000, JSON),
        (b"payload=nothing", FORM),
        (b"payload=%5B%5D", FORM),
        (b"a=1&a=2", FORM),
        (b"%ff%fe=1", FORM),
        (b"", FORM),
        (b"{}", "text/plain"),
        (b"{}", "multipart/form-data; boundary=x"),
    ],
    ids=range(14),
)
async def test_signed_nonsense_is_400(town: Town, body: bytes, kind: str) -> None:
    status, text = await sent(town, body, signature(body, town.clock.now), kind)
    assert (status, text) in ((400, ""), (413, ""))
    assert await nothing_ran(town)


async def test_too_much_is_413(town: Town) -> None:
    body = b'{"a": "' + b"x" * LARGEST + b'"}'
    assert await sent(town, body, signature(body, town.clock.now)) == (413, "")


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": "event_callback"},
        {"type": "event_callback", "event": {}},
        {"type": "event_callback", "event": {"type": "message"}, "team_id": "T0CONTOSO"},
        {"type": "block_actions", "team": {"id": "T0CONTOSO"}},
        {"type": "block_actions", "team": {"id": "T0CONTOSO"}, "user": {"id": "U1"}, "actions": []},
        {"type": "shortcut", "team": {"id": "T0CONTOSO"}, "user": {"id": "U1", "team_id": "T0CONTOSO"}, "callback_id": "nothing"},
        {"type": "something_new"},
    ],
    ids=range(8),
)
async def test_signed_and_unheard_of_falls_over_nothing(town: Town, payload: dict[str, object]) -> None:
    """What is no shape of Slack's is refused; what may be new to us is taken, and nothing follows."""
    body = json.dumps(payload).encode()
    status, text = await sent(town, body, signature(body, town.clock.now))
    assert status in {200, 400}
    assert text == ""
    assert not [tag for tag in await town.tags() if tag.startswith("conversation:answer")]


async def test_the_address_is_verified_for_slack_alone(town: Town) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZb"}).encode()
    assert await sent(town, body, signature(body, town.clock.now)) == (200, "3eZb")
    assert (await sent(town, body, {}))[0] == 401


async def test_another_host_is_refused_before_anything_is_read(town: Town) -> None:
    async with town.web.post(PATH, data=GOOD, headers={"Host": "evil.example", **signature(GOOD, town.clock.now)}) as answer:
        assert answer.status == 421


async def test_a_command_is_a_form(town: Town, ana: SlackChat) -> None:
    form = {
        "command": "/password",
        "text": "",
        "team_id": "T0CONTOSO",
        "user_id": "UANA",
        "channel_id": "C1",
        "trigger_id": "1.1",
    }
    body = urlencode(form).encode()
    assert await ana.sends(body, FORM) == 200
    assert await ana.at() in {"menu", "hello.invite"}
    told = json.loads(ana.told)
    assert ("direct message" in told["text"], told["response_type"]) == (True, "ephemeral")
    assert town.slack.whispers == []  # the app needn't be a member there
