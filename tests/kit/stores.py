"""A store on each database, migrated once and copied for each test."""

import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from alembic import command

from bot.platform.clock import World
from bot.platform.job_outbox import Queue
from bot.platform.keyring import Keys
from store.migrate import configured
from store.open import Store, open_store


@dataclass
class Clock:
    """Time that stands still until a test moves it."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


def each(most: int) -> dict[Queue, int]:
    """So many jobs of every queue."""
    return dict.fromkeys(Queue, most)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(now=clock)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.create(tmp_path / "ring.json")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    with ThreadPoolExecutor() as pool:  # a thread of its own: migrations bring their own event loop
        pool.submit(command.upgrade, configured(f"sqlite:///{path}"), "head").result()
    return path


@pytest.fixture
def sqlite(migrated: Path, tmp_path: Path) -> str:
    """Address of a database of this test's own."""
    path = shutil.copy(migrated, tmp_path / "unlatch.db")
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue("sqlite" if request.param == "sqlite" else "postgres")
    return url


@pytest_asyncio.fixture
async def store(database_url: str, world: World, keys: Keys) -> AsyncIterator[Store]:
    opened = await open_store(database_url, world, keys)
    yield opened
    await opened.close()
