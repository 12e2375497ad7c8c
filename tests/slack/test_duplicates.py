"""Copies of one event that overlap, in one process and in two that share a database: one is taken, the others are silent."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from bot.app.application import build
from tests.kit.postgres import Server, postgres_server
from tests.kit.slack import PATH, SlackChat, event, signature
from tests.kit.town import Town, quick

__all__ = ["postgres_server"]

COPIES = 6  # for each process


@pytest_asyncio.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
async def town(
    request: pytest.FixtureRequest, tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.01)
    if request.param == "sqlite":
        made = await Town(tmp_path, migrated).settle_in()
        yield made
        await made.leave()
        return
    server: Server = request.getfixturevalue("postgres_server")
    name = server.fresh()
    made = await Town(tmp_path, migrated, database=server.url(name)).settle_in()
    yield made
    await made.leave()
    server.drop(name)


async def overlapping(town: Town, *payloads: Mapping[str, Any]) -> None:
    """Many copies of each at once, to two processes; then all that follows."""
    app = await build(town.settings, world=town.world, keys=town.keys, hasher=quick(town.world), addresses=town.addresses)
    async with TestClient(TestServer(app.pages())) as other:

        async def post(where: TestClient[Any, Any], body: bytes) -> int:
            headers = {"Content-Type": "application/json", "Host": "localhost:8400", **signature(body, town.clock.now)}
            async with where.post(PATH, data=body, headers=headers) as answer:
                return answer.status

        bodies = [json.dumps(payload).encode() for payload in payloads]
        copies = [post(where, body) for _ in range(COPIES) for where in (town.web, other) for body in bodies]
        assert set(await asyncio.gather(*copies)) == {200}
        for each in (app, town.app):
            await each.chats["slack"].tasks.done()  # type: ignore[attr-defined]  # of this adapter
        await town.passes(1)
    await app.close()


def said(text: str, user: str = "UANA") -> dict[str, Any]:
    return event({"type": "message", "channel_type": "im", "channel": f"D{user}", "user": user, "text": text})


async def opened(town: Town) -> int:
    async with town.app.store.database.read() as conn:
        return int((await conn.exec_driver_sql("select count(*) from conversation")).scalar_one())


async def test_the_first_word_opens_one_conversation_and_is_no_answer_to_it(town: Town, ana: SlackChat) -> None:
    await ana._known()
    await overlapping(town, said("I forgot my password"))
    assert (await opened(town), await ana.at(), len(town.slack.messages)) == (1, "page.open", 1)


async def test_a_word_that_answers_answers_once(town: Town, ana: SlackChat) -> None:
    await ana.says("hello")
    await overlapping(town, said("I forgot my password"))
    assert (await opened(town), await ana.at(), len(town.slack.messages)) == (1, "page.open", 2)


async def test_a_word_that_closes_opens_nothing_afterwards(town: Town, ana: SlackChat) -> None:
    await ana.says("I forgot my password")
    await overlapping(town, said("cancel"))
    assert (await opened(town), len(town.slack.messages)) == (1, 2)


async def test_a_word_that_fits_nothing_is_remarked_on_once(town: Town, ana: SlackChat) -> None:
    await ana.says("hello")
    before = len(town.slack.messages)
    await overlapping(town, said("qqq zzz"))
    assert len(town.slack.messages) - before <= 2  # the remark, and the question anew below it


async def test_a_guest_is_turned_away_once(town: Town, ana: SlackChat) -> None:
    town.slack.person("UANA", is_restricted=True)
    await overlapping(town, said("hello"))
    assert len(town.slack.messages) == 1
