"""A town to be attacked, on SQLite; what is marked `both_databases` on PostgreSQL as well, and with UNLATCH_WHOLE everything."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conftest import WHOLE
from tests.kit.postgres import postgres, postgres_server
from tests.kit.stores import migrated
from tests.kit.town import Town

__all__ = ["migrated", "postgres", "postgres_server"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What happens in a town, on one database or on both."""
    if "town" in metafunc.fixturenames and (WHOLE or metafunc.definition.get_closest_marker("both_databases")):
        both = ["sqlite", pytest.param("postgresql", marks=pytest.mark.service)]
        metafunc.parametrize("database", both, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Address of a database on a server, of this test's own; empty: a file in the town."""
    return str(request.getfixturevalue("postgres")) if getattr(request, "param", "sqlite") == "postgresql" else ""


@pytest_asyncio.fixture
async def town(tmp_path: Path, migrated: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.01)  # seconds; how long it is has tests of its own
    made = await Town(tmp_path, migrated, database=database).settle_in()
    yield made
    await made.leave()
