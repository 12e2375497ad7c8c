"""The demo is a property of its data: over any other store its doors don't exist, whatever a command or a request says."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import App, build, service
from bot.app.demo_agent import demo_agent
from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys
from bot.settings.demo import PREMISES
from bot.settings.directories import DirectorySection
from bot.settings.settings import Settings
from store.store_flags import NotEmpty
from tests.kit.attackers import by_hand
from tests.kit.town import PORT, Town

HOST = {"Host": f"localhost:{PORT}", "Origin": f"http://localhost:{PORT}"}
DOORS = [
    ("GET", "/demo/inbox.json?account=ana"), ("GET", "/demo/things?as=ana"), ("GET", "/demo/chat?as=ana&token=x"),
    ("POST", "/demo/say"), ("POST", "/demo/press"), ("POST", "/demo/sign-in"), ("GET", "/demo/"), ("GET", "/demo"),
    ("GET", "/demo/guide?as=ben"), ("POST", "/demo/cheat"), ("POST", "/demo/agent"), ("GET", "/agent/live"),
]  # fmt: skip


@pytest_asyncio.fixture
async def unmarked(tmp_path: Path, migrated: Path) -> AsyncIterator[App]:
    settings = Settings.demo(tmp_path / "data", PORT)
    (tmp_path / "data").mkdir()
    shutil.copy(migrated, tmp_path / "data" / "unlatch.sqlite3")
    settings.keys.ring_file.parent.mkdir(exist_ok=True)
    app = await build(settings, keys=Keys.create(settings.keys.ring_file))
    yield app
    await app.close()


@pytest.mark.parametrize(("method", "path"), DOORS)
async def test_demo_routes_over_an_unmarked_store_are_nowhere(unmarked: App, method: str, path: str) -> None:
    client: TestClient[web.Request, web.Application] = TestClient(TestServer(unmarked.pages()))
    async with client:
        form = {"as": "ana", "text": "x", "token": "x", "option": "x", "password": "x", "cheat": "code", "do": "stop"}
        answer = await client.request(method, path, data=form if method == "POST" else None, headers=HOST)
        assert answer.status == 404
        shown = await client.get("/?as=ana", headers=HOST)
        assert "/demo/" not in await shown.text()


async def test_as_somebody_over_an_unmarked_store_is_refused(unmarked: App) -> None:
    with pytest.raises(OperatorError, match="--as is for a demo store only"):
        await service.chat(unmarked.settings, "ana", as_json=True)


async def test_an_unmarked_store_sends_nothing_to_a_demo_phone(unmarked: App) -> None:
    assert unmarked.messengers == {}


async def test_a_store_with_data_cant_become_a_demo(town: Town) -> None:
    by_hand(town, "delete from mark")
    with pytest.raises(NotEmpty):
        await town.app.store.flags.mark_demo()


async def test_the_mark_opens_these_doors_and_nothing_else_does(town: Town) -> None:
    async with town.web.get("/demo/inbox.json?account=ana", headers=HOST) as answer:
        assert answer.status == 200
    by_hand(town, "delete from mark")
    await town.replica()
    async with town.web.get("/demo/inbox.json?account=ana", headers=HOST) as answer:
        assert answer.status == 404


async def test_an_unmarked_store_gets_no_agent_that_nobody_let_in(unmarked: App) -> None:
    behind = {**unmarked.settings.directories, PREMISES: DirectorySection(kind="agent")}
    unmarked.settings = unmarked.settings.model_copy(update={"directories": behind})
    assert await demo_agent(unmarked) is None
    assert await unmarked.store.agents.agents() == []
