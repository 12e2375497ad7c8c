"""A furnished domain for each test, on a real domain controller."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.platform.ids import SubjectId
from tests.kit.ad_directory import AdministeredActiveDirectory, administered
from tests.kit.directories import ANA
from tests.kit.postgres import postgres, postgres_server
from tests.kit.samba import DomainController, running, samba, samba_template
from tests.kit.stores import clock, database_url, keys, migrated, sqlite, store, world

__all__ = [
    "clock",
    "database_url",
    "keys",
    "migrated",
    "postgres",
    "postgres_server",
    "samba",
    "samba_template",
    "sqlite",
    "store",
    "world",
]


@pytest_asyncio.fixture
async def corp(samba: DomainController) -> AsyncIterator[AdministeredActiveDirectory]:
    made = administered(samba)
    yield made
    made.hang_up()


@pytest_asyncio.fixture
async def ana(corp: AdministeredActiveDirectory) -> SubjectId:
    return await corp.create(ANA)


@pytest.fixture
def samba_with_files(samba_template: Path) -> Iterator[DomainController]:
    """One that lets people sign in to its shares as well. There can be one at a time on a machine, so no test keeps it."""
    with running(samba_template, "ldap, cldap, kdc, rpc, s3fs, winbindd") as controller:
        yield controller
