"""Who somebody is to a chat that tells a directory's own id of them: the cloud's account, or the one that it is synced from."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.directory.administration import NewAccount
from bot.directory.interfaces import Unreachable
from bot.platform.clock import World
from bot.platform.ids import ObjectId, SubjectId
from store.directory_admin import AdministeredDirectory
from store.open import Store
from tests.kit import entra_directory, hybrid_directory
from tests.kit.directories import ANA, OLD, fast
from tests.kit.entra_directory import FurnishedEntra
from tests.kit.graph import TENANT, throttled
from tests.kit.hybrid_directory import FurnishedHybrid

ELSEWHERE = "99999999-0000-4000-8000-000000000009"


@pytest_asyncio.fixture
async def cloud(world: World) -> AsyncIterator[FurnishedEntra]:
    async with entra_directory.opened(world) as directory:
        yield directory


@pytest_asyncio.fixture
async def corp(store: Store, world: World) -> AsyncIterator[FurnishedHybrid]:
    network = AdministeredDirectory("network", store.database, world, fast(world))
    async with hybrid_directory.opened(network, world) as directory:
        yield directory


async def test_an_object_of_the_tenant_is_the_account_with_that_id(cloud: FurnishedEntra) -> None:
    ana = await cloud.create(ANA)
    object = ObjectId(TENANT, ana.removeprefix("cloud:"))
    assert await cloud.of_object(object) == ana
    assert await cloud.object_of(ana) == object


async def test_no_other_tenants_object_no_guest_and_no_name_is_anybody(cloud: FurnishedEntra) -> None:
    ana = await cloud.create(ANA)
    id, guest = ana.removeprefix("cloud:"), cloud.there.add(OLD.reveal(), userPrincipalName="g@x", userType="Guest")
    for tenant, named in (
        (ELSEWHERE, id),
        ("", id),
        (TENANT, guest),
        (TENANT, ANA.upn or ""),
        (TENANT, ANA.mail or ""),
        (TENANT, ""),
    ):
        assert await cloud.of_object(ObjectId(tenant, named)) is None
    assert await cloud.of_object(ObjectId(TENANT, "abc00000-0000-4000-8000-ffffffffffff")) is None
    unnamed = replace(cloud, tenant="")  # the settings name it by a domain
    assert (await unnamed.of_object(ObjectId("", id)), await unnamed.object_of(ana)) == (None, None)


async def test_a_silent_cloud_says_of_nobody_that_they_arent_there(cloud: FurnishedEntra) -> None:
    ana = await cloud.create(ANA)
    id = ana.removeprefix("cloud:")
    cloud.wire.meets("GET", id, throttled("60"))
    with pytest.raises(Unreachable):
        await cloud.of_object(ObjectId(TENANT, id))


async def test_an_object_of_the_cloud_leads_to_whoever_owns_the_account(corp: FurnishedHybrid) -> None:
    assert corp.sky is not None
    ana = await corp.create(ANA)
    clara = SubjectId(f"corp:{await corp.sky.create(NewAccount('clara', 'Clara Cloud', OLD, upn='clara@contoso.example'))}")
    synced, cloudy = ObjectId(TENANT, corp.twin(ana)), ObjectId(TENANT, clara.rpartition(":")[2])
    assert [await corp.of_object(object) for object in (synced, cloudy)] == [ana, clara]
    assert [await corp.object_of(subject) for subject in (ana, clara)] == [synced, cloudy]
    assert await corp.of_object(ObjectId(ELSEWHERE, synced.id)) is None


async def test_an_account_that_is_nowhere_in_the_cloud_has_no_object(corp: FurnishedHybrid) -> None:
    local = SubjectId(f"corp:{await corp.here.create(NewAccount('lea', 'Lea Local', OLD))}")
    assert await corp.object_of(local) is None
