"""Whose chat it is, the tenant says by its own ids: no name, no address and no other tenant makes anybody known."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.accounts.directory import Unreachable
from bot.ids import ObjectId, SubjectId
from bot.world import World
from tests.kit.directories import ANA, OLD
from tests.kit.entra_directory import FurnishedEntra, opened
from tests.kit.graph import TENANT, throttled


@pytest_asyncio.fixture
async def cloud(world: World) -> AsyncIterator[FurnishedEntra]:
    async with opened(world) as directory:
        yield directory


@pytest_asyncio.fixture
async def ana(cloud: FurnishedEntra) -> SubjectId:
    return await cloud.create(ANA)


async def test_an_object_of_the_tenant_is_the_account_with_that_id(cloud: FurnishedEntra, ana: SubjectId) -> None:
    object = ObjectId(TENANT, ana.removeprefix("cloud:"))
    assert await cloud.of_object(object) == ana
    assert await cloud.object_of(ana) == object


async def test_no_other_tenants_object_no_guest_and_no_name_is_anybody(cloud: FurnishedEntra, ana: SubjectId) -> None:
    id, guest = ana.removeprefix("cloud:"), cloud.there.add(OLD.reveal(), userPrincipalName="g@x", userType="Guest")
    elsewhere = "99999999-0000-4000-8000-000000000009"
    for tenant, named in (
        (elsewhere, id),
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


async def test_a_silent_cloud_says_of_nobody_that_they_arent_there(cloud: FurnishedEntra, ana: SubjectId) -> None:
    id = ana.removeprefix("cloud:")
    cloud.wire.meets("GET", id, throttled("60"))
    with pytest.raises(Unreachable):
        await cloud.of_object(ObjectId(TENANT, id))
