"""OAuth: who may install, what is kept, and how it is forgotten."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.slack.installations import FOLDER
from bot.platform.secret import Secret
from bot.settings.chats import SlackSection
from tests.kit.slack import SECRET, TEAM, SlackChat, event
from tests.kit.town import Town

HOST = {"Host": "localhost:8400"}


@pytest.fixture
async def house(town: Town) -> Town:
    """Several workspaces, of which this one may install."""
    section = SlackSection(
        client_id="1.2", client_secret=Secret("client-secret"), signing_secret=Secret(SECRET), team_ids=(TEAM,)
    )
    town.settings = town.settings.model_copy(update={"slack": section})
    await town.replica()
    return town


async def begun(town: Town) -> tuple[str, str]:
    """(state, cookie)."""
    async with town.web.get("/slack/install", headers=HOST, allow_redirects=False) as away:
        assert away.status == 302
        to = urlsplit(away.headers["Location"])
        assert (to.scheme, to.netloc) == ("https", "slack.com")
        asked = parse_qs(to.query)
        assert set(asked["scope"][0].split(",")) >= {"chat:write", "im:history"}
        found = re.search(r"slack_install=([^;]+)", away.headers["Set-Cookie"])
        assert found
        assert "HttpOnly" in away.headers["Set-Cookie"]
        return asked["state"][0], found[1]


async def ended(town: Town, state: str, cookie: str, code: str = "good") -> int:
    return (await told(town, state, cookie, code))[0]


async def told(town: Town, state: str, cookie: str, code: str = "good") -> tuple[int, str]:
    headers = HOST | ({"Cookie": f"slack_install={cookie}"} if cookie else {})
    async with town.web.get("/slack/installed", params={"state": state, "code": code}, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_an_admin_installs_it_and_it_talks_there(house: Town) -> None:
    state, cookie = await begun(house)
    assert await ended(house, state, cookie) == 200
    assert await house.app.store.vault.get(FOLDER, TEAM)
    ana = SlackChat(house, "ana")
    await ana.says("hello")
    assert await ana.at()
    raw = b"".join(path.read_bytes() for path in (house.folder / "data").rglob("*") if path.is_file())
    assert b"xoxb-other" not in raw


@pytest.mark.parametrize("how", ["no cookie", "another browser's", "forged", "too late", "no code", "refused by slack"])
async def test_whatever_we_did_not_begin_ends_nowhere(house: Town, how: str) -> None:
    state, cookie = await begun(house)
    other, others = await begun(house)
    match how:
        case "no cookie":
            status = await ended(house, state, "")
        case "another browser's":
            status = await ended(house, state, others)
        case "forged":
            status = await ended(house, other[:-4] + "0000", other[:-4] + "0000")
        case "too late":
            house.clock.passes(601)
            status = await ended(house, state, cookie)
        case "no code":
            status = await ended(house, state, cookie, "")
        case _:
            status = await ended(house, state, cookie, "bad")
    assert status == 400
    assert await house.app.store.vault.get(FOLDER, TEAM) is None


async def test_a_workspace_that_is_not_named_cant_install_it(house: Town) -> None:
    state, cookie = await begun(house)
    house.slack.refuses["oauth.v2.access"] = [(200, {}, {"ok": True, "access_token": "xoxb-x", "team": {"id": "T9OTHER"}})]
    assert await ended(house, state, cookie) == 400
    assert await house.app.store.vault.all(FOLDER) == {}


@pytest.mark.parametrize("inner", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}}])
async def test_what_was_taken_off_is_forgotten_at_once(house: Town, inner: dict[str, object]) -> None:
    await ended(house, *await begun(house))
    ana = SlackChat(house, "ana")
    assert await ana.posts(event(inner)) == 200
    assert await house.app.store.vault.get(FOLDER, TEAM) is None
    before = len(house.slack.calls)
    await ana.types("hello")
    assert len(house.slack.calls) == before


async def test_a_token_that_slack_calls_dead_is_forgotten(house: Town) -> None:
    await ended(house, *await begun(house))
    ana = SlackChat(house, "ana")
    house.slack.refuses["chat.postMessage"] = [(200, {}, {"ok": False, "error": "account_inactive"})]
    await ana.says("hello")
    assert await house.app.store.vault.get(FOLDER, TEAM) is None


async def test_a_state_is_good_once(house: Town) -> None:
    state, cookie = await begun(house)
    assert await ended(house, state, cookie) == 200
    await house.app.store.vault.drop(FOLDER, TEAM)
    status, text = await told(house, state, cookie)
    assert (status, "used before" in text, "/slack/install" in text) == (400, True, True)
    assert await house.app.store.vault.get(FOLDER, TEAM) is None


async def test_whoever_declines_is_told_how_to_begin_again(house: Town) -> None:
    state, cookie = await begun(house)
    headers = HOST | {"Cookie": f"slack_install={cookie}", "Accept-Language": "de-DE,de;q=0.9"}
    asked = {"error": "access_denied<script>", "state": state}
    async with house.web.get("/slack/installed", params=asked, headers=headers) as answer:
        text = await answer.text()
        assert (answer.status, answer.content_type, "nicht zugestimmt" in text) == (400, "text/plain", True)
    assert "script" not in text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"team": {"id": "T9OTHER"}}, "team_ids"),
        ({"team": None, "enterprise": {"id": "E9OTHER"}, "is_enterprise_install": True}, "team_ids"),
        ({"team": {"id": TEAM}, "refresh_token": "xoxe-1", "expires_in": 43200}, "token rotation"),
    ],
    ids=["another workspace", "another organisation", "rotation"],
)
async def test_what_cant_be_kept_is_told_why(house: Town, more: dict[str, object], said: str) -> None:
    state, cookie = await begun(house)
    answer = {"ok": True, "access_token": "xoxb-x", "enterprise": None, "is_enterprise_install": False}
    house.slack.refuses["oauth.v2.access"] = [(200, {}, answer | more)]
    status, text = await told(house, state, cookie)
    assert (status, said in text) == (400, True)
    assert await house.app.store.vault.all(FOLDER) == {}


async def test_slack_that_is_away_is_said_to_be(house: Town) -> None:
    house.slack.refuses["oauth.v2.access"] = [(502, {}, {})]
    status, text = await told(house, *await begun(house))
    assert (status, "Slack didn't" in text) == (400, True)


async def test_installed_again_after_it_was_taken_off_it_talks_again(house: Town) -> None:
    await ended(house, *await begun(house))
    ana = SlackChat(house, "ana")
    await ana.says("hello")
    (_, press), *_ = ana._buttons()
    await ana.posts(event({"type": "app_uninstalled"}))
    assert await ana.posts_form(press) == 200
    await ended(house, *await begun(house))
    assert await ana.posts_form(press) == 200
    assert await ana.at() != "menu"
