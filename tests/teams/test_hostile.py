"""Whatever isn't Teams', or isn't for us, is refused with a bare number: nothing is run, nothing falls over, and no trace is left."""

import json
from typing import Any

import jwt
import pytest

from adapters.teams.routes import LARGEST
from tests.kit.microsoft import signing_key
from tests.kit.teams import PATH, TeamsChat
from tests.kit.town import Town

OTHER_TENANT = "99999999-aaaa-4bbb-8ccc-000000000009"


async def nothing_ran(town: Town) -> bool:
    assert (await town.tags())[-1] == "policy:document:saved"
    return not {"say", "over", "open", "member", "login"} & set(town.teams.calls)


def wish(ana: TeamsChat, **said: Any) -> dict[str, Any]:
    return ana.activity(text="I forgot my password", **said)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"exp": True},
        {"nbf": 10_000_000_000},
        {"aud": None},
        {"aud": "11111111-aaaa-4bbb-8ccc-00000000000f"},
        {"aud": [""]},
        {"iss": None},
        {"iss": "https://sts.windows.net/22222222-aaaa-4bbb-8ccc-000000000002/"},
        {"iss": "https://api.botframework.com.evil.example"},
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "RS384"},
        {"key": 7},
        {"kid": ""},
        {"key": 7, "kid": "key-0"},
    ],
    ids=str,
)
async def test_a_token_that_isnt_right_is_401(town: Town, ana: TeamsChat, claims: dict[str, Any]) -> None:
    assert await ana.sends(wish(ana), **claims) == 401
    assert await nothing_ran(town)


async def test_an_expired_token_is_401_by_our_clock(town: Town, ana: TeamsChat) -> None:
    assert await ana.sends(wish(ana), exp=town.clock.now - 301) == 401
    assert await nothing_ran(town)
    assert await ana.sends(wish(ana), exp=town.clock.now - 290) == 200


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a.b.c",
        "Basic YTpi",
        "Bearer " + "x" * 5000,
        "Bearer " + "é".encode().decode("latin-1"),
        "Bearer eyJhbGciOiJSUzI1NiJ9.e30.",
        "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6WzFdfQ.e30.",
        "Bearer W10.e30.",
    ],
    ids=range(12),
)
async def test_no_token_is_401_whatever_stands_below_it(town: Town, ana: TeamsChat, header: str | None) -> None:
    for body in (json.dumps(wish(ana)).encode(), b"{", b"[]", b"\xff", b"", b'{"a":' * 2000 + b"1" + b"}" * 2000):
        await ana.posts(body, {} if header is None else {"Authorization": header})
        assert ana.status == 401
    assert await nothing_ran(town)


async def test_two_tokens_are_none(town: Town, ana: TeamsChat) -> None:
    good = f"Bearer {town.teams.token(town.clock.now)}"
    headers = [("Host", "localhost:8400"), ("Authorization", good), ("Authorization", good)]
    async with town.web.post(PATH, data=json.dumps(wish(ana)), headers=headers) as answer:
        assert (answer.status, await answer.text()) == (401, "")


@pytest.mark.parametrize(
    "said",
    [
        {"channelData": {"tenant": {"id": OTHER_TENANT}}},
        {"channelData": {}, "conversation": {"id": "a:1", "conversationType": "personal"}},
        {"conversation": {"id": "a:1", "conversationType": "personal", "tenantId": OTHER_TENANT}},
        {"serviceUrl": "https://smba.trafficmanager.net/emea/"},
        {"serviceUrl": ""},
        {"serviceUrl": None},
        {"channelId": "webchat"},
        {"channelId": "emulator"},
        {"channelData": [], "conversation": {"id": "a:1"}},
    ],
    ids=str,
)
async def test_what_isnt_for_us_is_403(town: Town, ana: TeamsChat, said: dict[str, Any]) -> None:
    assert await ana.sends(wish(ana, **said)) == 403
    assert await nothing_ran(town)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "http://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://smba.trafficmanager.net:8443/",
        "https://[::1/",
        "http://169.254.169.254/",
    ],
)
async def test_a_signed_address_that_isnt_theirs_is_403(town: Town, ana: TeamsChat, url: str) -> None:
    assert await ana.sends(wish(ana, serviceUrl=url), serviceurl=url) == 403
    assert await nothing_ran(town)


@pytest.mark.parametrize("claims", [{"serviceurl": None}, {"serviceurl": ""}, {"serviceurl": ["x"]}], ids=str)
async def test_a_token_without_its_address_is_403(town: Town, ana: TeamsChat, claims: dict[str, Any]) -> None:
    assert await ana.sends(wish(ana), **claims) == 403


async def test_an_address_of_theirs_that_the_token_doesnt_name_is_403(town: Town, ana: TeamsChat) -> None:
    url = f"{town.teams.service_url}emea/"
    assert await ana.sends(wish(ana, serviceUrl=url)) == 403
    assert await nothing_ran(town)
    assert await ana.sends(wish(ana, serviceUrl=url), serviceurl=url) == 200


async def test_a_key_that_isnt_endorsed_for_teams_is_403(town: Town, ana: TeamsChat) -> None:
    town.teams.endorsements = ["webchat"]
    assert await ana.sends(wish(ana)) == 403
    assert await nothing_ran(town)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe{}",
        b"",
        b'{"a":' * 100 + b"1" + b"}" * 100,
        b'{"a":' * 40000 + b"1" + b"}" * 40000,
        b'{"type": "message", "attachments": "x"}',
        b'{"type": "message", "from": "x"}',
        b"{}",
        b'{"type": "message", "id": "1"}',
    ],
    ids=range(12),
)
async def test_signed_nonsense_is_400(town: Town, ana: TeamsChat, body: bytes) -> None:
    await ana.posts(body, {"Authorization": f"Bearer {town.teams.token(town.clock.now)}"})
    assert ana.status == 400
    assert await nothing_ran(town)


async def test_too_much_is_413(town: Town, ana: TeamsChat) -> None:
    body = b'{"a": "' + b"x" * LARGEST + b'"}'
    await ana.posts(body, {"Authorization": f"Bearer {town.teams.token(town.clock.now)}"})
    assert ana.status == 413


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        {},
        {"action": {}},
        {"action": {"verb": "pick", "data": {"option": "reset"}}},
        {"action": {"verb": "pick", "data": {"token": 1, "option": "reset"}}},
        {"action": {"verb": "pick", "data": {"token": "x", "option": {}}}},
        {"action": {"verb": "nothing", "data": {"token": "x"}}},
        {"action": [1], "trigger": "manual"},
    ],
    ids=range(9),
)
async def test_a_press_of_no_card_of_ours_is_400(town: Town, ana: TeamsChat, value: object) -> None:
    assert await ana.sends(ana.activity(type="invoke", name="adaptiveCard/action", value=value)) == 400


@pytest.mark.parametrize("token", ["", "x", "win-1.0~00", "é", "win-1.0~é"])
async def test_a_forged_button_opens_nothing(town: Town, ana: TeamsChat, token: str) -> None:
    action = {"verb": "pick", "data": {"token": token, "option": "reset"}}
    assert await ana.sends(ana.press(action)) == 200
    assert ana.answered["body"]
    assert not [tag for tag in await town.tags() if tag.startswith("conversation:")]


@pytest.mark.parametrize(
    ("type", "status"), [("invoke", 501), ("typing", 200), ("messageReaction", 200), ("somethingNew", 200), ("", 200)]
)
async def test_what_we_dont_use_falls_over_nothing(town: Town, ana: TeamsChat, type: str, status: int) -> None:
    assert await ana.sends(ana.activity(type=type, name="composeExtension/query")) == status
    assert await nothing_ran(town)


async def test_another_host_is_refused_before_anything_is_read(town: Town, ana: TeamsChat) -> None:
    good = {"Host": "evil.example", "Authorization": f"Bearer {town.teams.token(town.clock.now)}"}
    async with town.web.post(PATH, data=json.dumps(wish(ana)), headers=good) as answer:
        assert answer.status == 421


async def test_keys_are_rotated_in_mid_flight(town: Town, ana: TeamsChat) -> None:
    assert await ana.types("hello") == 200
    town.teams.published = [1]
    assert await ana.sends(ana.activity(text="I forgot my password"), key=1) == 200
    assert await ana.sends(ana.activity(text="hello"), key=0) == 401
    town.teams.published = [1, 2]
    assert await ana.sends(ana.activity(text="hello"), key=2) == 200
    assert await ana.sends(ana.activity(text="hello"), key=1) == 200


async def test_strangers_cant_make_us_ask_for_keys_all_day(town: Town, ana: TeamsChat) -> None:
    for number in range(20):
        assert await ana.sends(wish(ana), key=7, kid=f"nobody-{number}") == 401
    assert town.teams.calls.count("keys") == 4
    assert await ana.sends(wish(ana)) == 200


async def test_while_the_authority_is_away_what_is_known_stays_good(town: Town, ana: TeamsChat) -> None:
    assert await ana.types("hello") == 200
    town.clock.passes(25 * 3600)
    town.teams.refuses["metadata"] = [(503, {}, {})] * 3
    assert await ana.types("hello") == 200
    assert await ana.sends(wish(ana), key=7) == 401


async def test_without_any_keys_nobody_is_believed_and_it_is_sent_again(town: Town, ana: TeamsChat) -> None:
    town.teams.refuses["keys"] = [(500, {}, {})]
    assert await ana.sends(wish(ana)) == 503
    assert await ana.sends(wish(ana)) == 200


async def test_a_key_from_elsewhere_isnt_fetched(town: Town, ana: TeamsChat) -> None:
    elsewhere = {"issuer": "https://api.botframework.com", "jwks_uri": "http://127.0.0.1:9/keys"}
    town.teams.refuses["metadata"] = [(200, {}, elsewhere)]
    assert await ana.sends(wish(ana)) == 503


def test_the_stand_in_signs_with_real_keys() -> None:
    token = jwt.encode({"a": 1}, signing_key(0), "RS256")
    assert jwt.decode(token, signing_key(0).public_key(), ["RS256"]) == {"a": 1}
