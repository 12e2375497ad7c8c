"""What tests of single directories may ask for: their servers, and one with Ana in it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.platform.ids import SubjectId
from tests.kit.directories import ANA
from tests.kit.openldap_directory import AdministeredOpenLdap, administered
from tests.kit.slapd import Slapd, slapd, slapd_template
from tests.kit.stores import keys, migrated, sqlite

__all__ = ["keys", "migrated", "slapd", "slapd_template", "sqlite"]


@pytest_asyncio.fixture
async def directory(slapd: Slapd) -> AsyncIterator[AdministeredOpenLdap]:
    made = administered(slapd)
    yield made
    made.hang_up()


@pytest_asyncio.fixture
async def ana(directory: AdministeredOpenLdap) -> SubjectId:
    return await directory.create(ANA)
