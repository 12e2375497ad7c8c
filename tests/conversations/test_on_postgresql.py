"""The main stories over PostgreSQL, as several replicas share it: in one process, a new one for every turn, and killed on the way."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.audit.chain import verify
from tests.conversations.conftest import Call
from tests.conversations.test_lives import happened_once
from tests.kit.callers import Channel
from tests.kit.lives import STORIES, Person, play
from tests.kit.postgres import Server, postgres_server
from tests.kit.residents import OLD
from tests.kit.town import Town

__all__ = ["postgres_server"]

pytestmark = pytest.mark.service
KILLED = (9, 16, 23, 30, 37)  # durable points, in the opening, the proof, the act and its end


@pytest_asyncio.fixture
async def town(tmp_path: Path, migrated: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """Afterwards the audit's chain holds, and nothing secret stands in the database."""
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.01)
    name = postgres_server.fresh()
    made = await Town(tmp_path, migrated, database=postgres_server.url(name)).settle_in()
    yield made
    assert verify(await made.audit()) == []
    await made.leave()
    dumped = postgres_server.dumped(name).decode()
    postgres_server.drop(name)
    assert "account:" in dumped
    assert found(made.secrets, dumped) == set()


def found(secrets: set[str], dumped: str) -> set[str]:
    """Six digits count as a code where they stand alone: numbers and names of ours may hold them by accident."""
    words = set(re.findall(r"[\w+.@-]+", dumped))
    return {secret for secret in secrets if secret in words or (not secret.isdecimal() and secret in dumped)}


@pytest.mark.parametrize("name", STORIES)
async def test_in_one_process(town: Town, call: Call, name: str) -> None:
    await play(town, Person(STORIES[name], call(STORIES[name].login)))
    await happened_once(town, name)


@pytest.mark.parametrize("name", STORIES)
async def test_in_a_new_process_for_every_turn(town: Town, call: Call, name: str) -> None:
    await play(town, Person(STORIES[name], call(STORIES[name].login)), anew=True)
    await happened_once(town, name)


@pytest.mark.whole
@pytest.mark.parametrize("channel", [Channel.PORTAL, Channel.SLACK, Channel.TEAMS], ids=str)
@pytest.mark.parametrize("n", KILLED)
async def test_killed_on_the_way(town: Town, call: Call, n: int) -> None:
    town.life.dies_at = n
    played = await play(town, Person(STORIES["reset"], call("ana")))
    assert played.deaths == 1
    await happened_once(town, "reset")


def test_the_search_for_secrets_would_find_one() -> None:
    assert found({OLD, "123456"}, f"VALUES ('x{OLD}y', '123456');") == {OLD, "123456"}
    assert found({"123456"}, "VALUES (91234567);") == set()
