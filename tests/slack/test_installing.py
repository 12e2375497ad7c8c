"""OAuth: who may install, what is kept, and how it is forgotten."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.slack.installations import FOLDER
from bot.secret import Secret
from bot.settings_chats import SlackSection
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
    headers = HOST | ({"Cookie": f"slack_install={cookie}"} if cookie else {})
    async with town.web.get("/slack/installed", params={"state": state, "code": code}, headers=headers) as answer:
        return answer.status


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
    house.slack.refuses["conversations.open"] = [(200, {}, {"ok": False, "error": "account_inactive"})]
    await ana.says("hello")
    assert await house.app.store.vault.get(FOLDER, TEAM) is None
