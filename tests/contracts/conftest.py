"""What every contract test may ask for: stores on both databases."""

import pytest

from tests.kit.directories import Maker, able, ana, directory, maker
from tests.kit.network_and_cloud import clara, corp
from tests.kit.postgres import postgres, postgres_server
from tests.kit.samba import samba, samba_template
from tests.kit.slapd import slapd, slapd_template
from tests.kit.stores import clock, database_url, keys, migrated, sqlite, store, world

__all__ = [
    "able",
    "ana",
    "clara",
    "clock",
    "corp",
    "database_url",
    "directory",
    "keys",
    "maker",
    "migrated",
    "postgres",
    "postgres_server",
    "samba",
    "samba_template",
    "slapd",
    "slapd_template",
    "sqlite",
    "store",
    "world",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A directory that has a server of its own is none of our databases' business, so one of them is enough."""
    twice = [item for item in items if isinstance(item, pytest.Function) and _twice(item)]
    items[:] = [item for item in items if item not in twice]
    config.hook.pytest_deselected(items=twice)


def _twice(item: pytest.Function) -> bool:
    given = item.callspec.params if hasattr(item, "callspec") else {}
    maker = given.get("maker")
    return isinstance(maker, Maker) and bool(maker.server) and given.get("database_url") == "postgresql"
