"""Played inside a network of its own by tests/slack/test_peer.py: a third party's Slack, our service, and Ana between them."""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.secret import Secret
from bot.settings.chats import SlackSection
from tests.kit.kinds import TOTP
from tests.kit.people import Browser
from tests.kit.residents import GOOD
from tests.kit.slack import SECRET, TEAM, Workspace
from tests.kit.town import PORT, Town

PEER = "http://localhost:3000"
BINARY = Path(__file__).parent / "node_modules" / "local-slack-linux-x64" / "bin" / "local-slack"
TOKEN, APP_TOKEN = "xoxb-test-token", "xapp-test-token"
PATIENCE = 20.0  # seconds


class Peer(Workspace):
    """In place of our own stand-in."""

    def __init__(self, folder: Path, mode: str) -> None:
        super().__init__()
        self._folder, self._mode = folder, mode
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> str:
        app = {"botName": "Password Help", "botToken": TOKEN, "appToken": APP_TOKEN, "signingSecret": SECRET, "mode": self._mode}
        config = {
            "workspace": {"name": "Contoso", "domain": "contoso", "teamId": TEAM},
            "app": app | {"requestUrl": f"http://localhost:{PORT}/hooks/slack"},
            "users": [{"id": "UANA", "name": "ana", "real_name": "Ana"}],
            "channels": [{"id": "C01GEN", "name": "general", "members": ["UANA", "U0BOT"]}],
        }
        file = self._folder / "slack.json"
        file.write_text(json.dumps(config))
        self._process = await asyncio.create_subprocess_exec(
            BINARY, "--config", str(file), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        await until(lambda: control("state"))
        return f"{PEER}/api/"

    async def close(self) -> None:
        if self._process:
            self._process.kill()
            await self._process.wait()


async def control(what: str, **said: object) -> dict[str, Any] | None:
    try:
        async with aiohttp.ClientSession() as session:
            call = session.post(f"{PEER}/_control/{what}", json=said) if said else session.get(f"{PEER}/_control/{what}")
            async with call as answer:
                return cast("dict[str, Any]", await answer.json())
    except aiohttp.ClientError:
        return None


async def until(seen: Callable[[], Awaitable[Any]]) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := await seen():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("it didn't come to that")


@pytest.fixture(params=["events", "socket"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture
async def house(tmp_path: Path, migrated: Path, mode: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.01)
    copied = shutil.copy(migrated, tmp_path / "empty.db")
    town = Town(tmp_path, Path(copied))
    town.clock.now = World().now()
    section = SlackSection(
        mode="http" if mode == "events" else "socket",
        bot_token=Secret(TOKEN),
        app_token=Secret(APP_TOKEN),
        signing_secret=Secret(SECRET),
    )
    town.settings = town.settings.model_copy(update={"slack": section})
    town.slack = Peer(tmp_path, mode)
    await town.settle_in()
    runner = web.AppRunner(town.app.pages())
    await runner.setup()
    await web.TCPSite(runner, "localhost", PORT).start()
    await town.app.chats["slack"].open()
    yield town
    await runner.cleanup()
    await town.leave()


async def ours(town: Town, channel: str) -> list[dict[str, Any]]:
    town.clock.now = World().now()
    await town.settle()
    said = (await control(f"messages/{channel}") or {"messages": []})["messages"]
    return [m for m in said if m.get("user") == "U0BOT" or m.get("bot_id")]


async def newest(town: Town, channel: str) -> dict[str, Any]:
    said = await ours(town, channel)
    return said[-1] if said else {}


async def shows(town: Town, channel: str, words: str) -> dict[str, Any]:
    async def seen() -> dict[str, Any] | None:
        message = await newest(town, channel)
        return message if words in json.dumps(message, ensure_ascii=False) else None

    return cast("dict[str, Any]", await until(seen))


async def anas(house: Town) -> str:
    """Her direct messages with the app; her account is linked."""
    subject = await house.subject("ana")
    await house.app.store.chat_links.put("slack", f"{TEAM}/UANA", subject, Audited("operator:chat:linked", subject))
    signed_in = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        aiohttp.ClientSession(headers=signed_in) as session,
        session.post(f"{PEER}/api/conversations.open", data={"users": "UANA"}) as answer,
    ):
        return str((await answer.json())["channel"]["id"])


async def test_ana_resets_by_words_and_buttons(house: Town) -> None:
    channel = await anas(house)
    await control("message", channel=channel, user="UANA", text="hello")
    menu = await shows(house, channel, "pick0")
    block = next(b for b in menu["blocks"] if b["type"] == "actions")
    button = next(e for e in block["elements"] if e.get("value") == "reset" or "options" in e)
    chosen: dict[str, object] = {"action_id": button["action_id"], "block_id": block["block_id"], "type": button["type"]}
    if "options" in button:
        chosen["selected_option"] = next(o for o in button["options"] if o["value"] == "reset")
    else:
        chosen["value"] = button["value"]
    await control("interact", channel=channel, messageTs=menu["ts"], user="UANA", action=chosen)
    asked = await shows(house, channel, "Open the secure page")
    link = next(e["url"] for b in asked["blocks"] for e in b.get("elements", []) if "url" in e)
    page = Browser(house)
    await page.lands(link.removeprefix(f"http://localhost:{PORT}"), "Authenticator app")
    await page.types(await house.code("ana", TOTP))
    await page.types(GOOD)
    assert await house.signs_in("ana", GOOD) == "right"
    assert asked["ts"] == menu["ts"]
    end = await until(lambda: _without_buttons(house, channel, menu["ts"]))
    assert "password" in end["text"]
    assert (
        "your password was reset" in (await shows(house, channel, "that wasn't me"))["text"]
    )  # the notice, a message of its own


async def _without_buttons(town: Town, channel: str, ts: str) -> dict[str, Any] | None:
    message = next(m for m in await ours(town, channel) if m["ts"] == ts)
    return None if any(b["type"] == "actions" for b in message["blocks"]) else message


async def test_the_home_is_shown(house: Town) -> None:
    await control("open-home", user="UANA")
    await until(lambda: _home(house))


async def _home(town: Town) -> bool:
    await town.settle()
    log = await control("log") or {"log": []}
    return "views.publish" in json.dumps(log)
