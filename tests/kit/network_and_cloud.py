"""A hybrid of each test's own, with somebody who lives in its cloud alone."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.directory.administration import NewAccount
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from store.directory_admin import AdministeredDirectory
from store.open import Store
from tests.kit.directories import OLD, fast
from tests.kit.hybrid_directory import FurnishedHybrid, opened

CLARA = NewAccount("clara", "Clara Cloud", OLD, upn="clara@contoso.example")


@pytest_asyncio.fixture
async def corp(store: Store, world: World) -> AsyncIterator[FurnishedHybrid]:
    async with opened(AdministeredDirectory("network", store.database, world, fast(world)), world) as directory:
        yield directory


@pytest_asyncio.fixture
async def clara(corp: FurnishedHybrid) -> SubjectId:
    """In the cloud alone."""
    assert corp.sky is not None
    return SubjectId(f"corp:{await corp.sky.create(CLARA)}")


def ours(subject: SubjectId) -> SubjectId:
    """Of somebody on premises."""
    return SubjectId(subject.replace("network:", "corp:"))
