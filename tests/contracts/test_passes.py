"""Passes for whoever has lost every method: good once, for an hour, and for nobody who may not be helped."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from bot.directory.administration import NewAccount
from bot.directory.interfaces import Directory, Passes, Rejected, Unreachable
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from tests.kit.directories import ANA, NEW
from tests.kit.entra_directory import FurnishedEntra, opened
from tests.kit.graph import cut
from tests.kit.graph.tenant import GLOBAL_ADMIN, NEEDED, PASSES
from tests.kit.hybrid_directory import FurnishedHybrid
from tests.kit.network_and_cloud import ours
from tests.kit.stores import Clock

PATH = "temporaryAccessPassMethods"
HOUR = 3600.0


@pytest_asyncio.fixture
async def cloud(world: World) -> AsyncIterator[FurnishedEntra]:
    async with opened(world) as directory:
        directory.there.permissions = (*NEEDED, PASSES)
        yield directory


@pytest_asyncio.fixture
async def ana(cloud: FurnishedEntra) -> SubjectId:
    return await cloud.create(ANA)


async def reason(directory: Passes, subject: SubjectId) -> str:
    with pytest.raises(Rejected) as no:
        await directory.mint(subject)
    return no.value.words


async def test_a_pass_is_good_once_and_for_an_hour(cloud: FurnishedEntra, ana: SubjectId, clock: Clock) -> None:
    assert isinstance(cloud, Passes)
    assert not cloud.gives_passes()  # unless the settings say so
    id = ana.partition(":")[2]
    with capture_logs() as log:
        first = await cloud.mint(ana)
    assert first.until == clock() + HOUR
    assert first.text.reveal() not in f"{log}{first}"
    second = await cloud.mint(ana)
    assert not cloud.there.takes_pass(id, first.text.reveal())  # void, since there is another one
    assert cloud.there.takes_pass(id, second.text.reveal())
    assert not cloud.there.takes_pass(id, second.text.reveal())
    third = await cloud.mint(ana)
    clock.passes(HOUR)
    assert not cloud.there.takes_pass(id, third.text.reveal())


async def test_who_may_not_be_helped_gets_none(cloud: FurnishedEntra, ana: SubjectId) -> None:
    id = ana.partition(":")[2]
    cloud.there.gives_passes = False
    assert await reason(cloud, ana) == "directory.no_passes"
    cloud.there.gives_passes = True
    cloud.there.roles.append((id, GLOBAL_ADMIN))
    assert await reason(cloud, ana) == "directory.protected"
    cloud.there.roles.clear()
    await cloud.enable(ana, enabled=False)
    assert await reason(cloud, ana) == "directory.disabled"
    await cloud.enable(ana, enabled=True)
    cloud.writes = False
    assert await reason(cloud, ana) == "directory.no_writing"
    cloud.writes = True
    await cloud.delete(ana)
    assert await reason(cloud, ana) == "people.gone"
    assert cloud.there.passes == {}


async def test_an_application_without_the_right_makes_none(cloud: FurnishedEntra, ana: SubjectId) -> None:
    cloud.there.permissions = NEEDED
    assert await reason(cloud, ana) == "directory.no_passes"


async def test_a_pass_whose_answer_is_lost_is_nobodys(cloud: FurnishedEntra, ana: SubjectId) -> None:
    cloud.wire.meets("POST", PATH, cut())
    with pytest.raises(Unreachable):
        await cloud.mint(ana)
    assert (await cloud.mint(ana)).text.reveal() == cloud.there.passes[ana.partition(":")[2]][0]


async def test_a_hybrid_gives_the_clouds_pass_to_whoever_is_there(corp: FurnishedHybrid, clara: SubjectId) -> None:
    corp.tenant.permissions = (*NEEDED, PASSES)
    synced = await corp.create(ANA)
    for subject, id in ((synced, corp.twin(synced)), (clara, clara.rpartition(":")[2])):
        assert corp.tenant.takes_pass(id, (await corp.mint(subject)).text.reveal())
    only = ours(await corp.here.create(NewAccount("only", "Only Here", NEW)))
    assert await reason(corp, only) == "directory.no_passes"
    await corp.here.enable(SubjectId(synced.replace("corp:", "network:")), enabled=False)  # the copy doesn't know it yet
    assert await reason(corp, synced) == "directory.disabled"
    corp.tenant.roles.append((corp.twin(synced), GLOBAL_ADMIN))
    assert await reason(corp, synced) == "directory.protected"


async def test_a_directory_that_has_no_passes_says_so_by_its_type(corp: FurnishedHybrid) -> None:
    alone: Directory = corp.here
    assert not isinstance(alone, Passes)
