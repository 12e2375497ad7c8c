"""A town whose directory stands behind an agent, and benches of agents without any town."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.platform.clock import World
from bot.platform.keyring import Keys
from store.directory_admin import AdministeredDirectory
from store.directory_rows import AccountPolicy
from store.open import Store
from tests.conversations.conftest import town
from tests.kit.agents import Bench
from tests.kit.directories import ana, fast
from tests.kit.postgres import postgres, postgres_server
from tests.kit.stores import clock, database_url, keys, migrated, sqlite, store, world

__all__ = ["ana", "clock", "database_url", "keys", "migrated", "postgres", "postgres_server", "sqlite", "store", "town", "world"]


@pytest_asyncio.fixture
async def directory(store: Store, world: World) -> AdministeredDirectory:
    """What stands behind the agents of these tests."""
    return AdministeredDirectory("demo", store.database, world, fast(world), AccountPolicy(50, 900.0, 3, min_length=10))


@pytest_asyncio.fixture
async def bench(store: Store, keys: Keys, world: World) -> AsyncIterator[Bench]:
    opened = await Bench(store, keys, world).opens()
    yield opened
    await opened.close()
