"""How Entra's changes are taken over: delta links that end, groups that nest, replicas that begin anew, and 50,000 accounts."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from adapters.directories.entra.memberships import Memberships
from bot.directory.administration import NewAccount
from bot.directory.interfaces import Unreachable
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from tests.kit.directories import ANA, OLD
from tests.kit.entra_directory import FurnishedEntra, furnished, opened
from tests.kit.graph import refused
from tests.kit.graph.server import Handler
from tests.kit.graph.tenant import GLOBAL_ADMIN, HELPDESK_ADMIN

BEN = NewAccount("ben", "Ben Okafor", OLD)


@pytest_asyncio.fixture
async def cloud(world: World) -> AsyncIterator[FurnishedEntra]:
    async with opened(world) as directory:
        yield directory


@pytest_asyncio.fixture
async def ana(cloud: FurnishedEntra) -> SubjectId:
    return await cloud.create(ANA)


@pytest_asyncio.fixture(params=["the same", "begun anew"])
async def later(request: pytest.FixtureRequest, cloud: FurnishedEntra, world: World) -> AsyncIterator[FurnishedEntra]:
    """Whoever is asked next: the replica that gave the mark, or one that remembers nothing."""
    if request.param == "the same":
        yield cloud
        return
    other = furnished(cloud.wire, world)
    yield other
    await other.close()


def own(subject: SubjectId) -> str:
    return subject.partition(":")[2]


async def told(directory: FurnishedEntra, since: str) -> tuple[set[SubjectId], set[SubjectId]]:
    changes = await directory.changes(since)
    for person in changes.persons:
        assert person == await directory.person(person.subject)
    return {person.subject for person in changes.persons}, set(changes.gone)


async def test_a_link_that_graph_has_forgotten_brings_everything_and_who_was_deleted(
    cloud: FurnishedEntra, later: FurnishedEntra, ana: SubjectId
) -> None:
    ben = await cloud.create(BEN)
    before = (await cloud.changes(None)).next
    await cloud.delete(ben)
    cloud.there.forgotten = cloud.there.number
    assert await told(later, before) == ({ana}, {ben})


async def test_whoever_comes_or_goes_below_a_nested_group_has_changed(
    cloud: FurnishedEntra, later: FurnishedEntra, ana: SubjectId
) -> None:
    ben = await cloud.create(BEN)
    outer, inner = cloud.there.add_group("All-Staff"), cloud.there.add_group("Engineering")
    cloud.there.join(outer, inner)
    cloud.there.join(outer, own(ben))
    before = (await cloud.changes(None)).next
    cloud.there.join(inner, own(ana))
    assert ana in (await told(later, before))[0]
    middle = (await cloud.changes(before)).next
    cloud.there.leave(outer, inner)
    assert ana in (await told(later, middle))[0]


async def test_a_group_that_is_renamed_or_deleted_changes_its_members(
    cloud: FurnishedEntra, later: FurnishedEntra, ana: SubjectId
) -> None:
    group = cloud.there.add_group("Engineering")
    cloud.there.join(group, own(ana))
    before = (await cloud.changes(None)).next
    cloud.there.rename(group, "Builders")
    assert (await told(later, before))[0] == {ana}
    middle = (await cloud.changes(before)).next
    cloud.there.remove_group(group)
    assert (await told(later, middle))[0] == {ana}


async def test_a_role_that_is_given_or_taken_changes_whoever_holds_it(
    cloud: FurnishedEntra, later: FurnishedEntra, ana: SubjectId
) -> None:
    before = (await cloud.changes(None)).next
    cloud.there.roles.append((own(ana), HELPDESK_ADMIN))
    assert ana in (await told(later, before))[0]
    middle = (await cloud.changes(before)).next
    cloud.there.roles[:] = [(own(ana), GLOBAL_ADMIN)]
    assert ana in (await told(later, middle))[0]


async def test_one_new_member_of_a_big_group_is_one_change(cloud: FurnishedEntra, ana: SubjectId) -> None:
    cloud.wire.page = 999
    group = cloud.there.add_group("All-Staff")
    for number in range(100):
        cloud.there.join(group, own(await cloud.create(NewAccount(f"p{number}", f"Person {number}", OLD))))
    before = (await cloud.changes(None)).next
    cloud.there.join(group, own(ana))
    assert [person.subject for person in (await cloud.changes(before)).persons] == [ana]


async def test_pages_are_told_one_after_the_other_and_nothing_is_lost_between(
    cloud: FurnishedEntra, later: FurnishedEntra, ana: SubjectId
) -> None:
    everybody = {ana, *[await cloud.create(NewAccount(f"p{number}", f"Person {number}", OLD)) for number in range(4)]}
    first = await cloud.changes(None, 2)
    await cloud.enable(ana, enabled=False)
    second = await later.changes(first.next, 2)
    third = await later.changes(second.next, 2)
    assert [len(page.persons) for page in (first, second, third)] == [2, 2, 1]
    assert {person.subject for page in (first, second, third) for person in page.persons} == everybody
    assert [person.subject for person in (await later.changes(third.next, 2)).persons] == [ana]


async def test_the_anchors_of_synced_accounts_are_told_with_them(cloud: FurnishedEntra, ana: SubjectId) -> None:
    ben = await cloud.create(BEN)
    first, anchors = await cloud.anchored_changes(None)
    assert ({person.subject for person in first.persons}, anchors) == ({ana, ben}, {})
    cloud.there.update(own(ben), onPremisesSyncEnabled=True, onPremisesImmutableId="q83vASNFZ4k=")
    second, anchors = await cloud.anchored_changes(first.next)
    assert ([person.subject for person in second.persons], anchors) == ([ben], {ben: "q83vASNFZ4k="})
    assert await cloud.anchor(ben) == "q83vASNFZ4k="
    assert await cloud.anchored("q83vASNFZ4k=") == ben
    assert await cloud.anchor(ana) == ""


async def test_a_failure_in_the_middle_loses_no_change(cloud: FurnishedEntra, ana: SubjectId) -> None:
    group = cloud.there.add_group("Engineering")
    before = (await cloud.changes(None)).next
    cloud.there.join(group, own(ana))
    cloud.wire.meets("GET", "/users/delta", refused(403, "Authorization_RequestDenied", "No."))
    with pytest.raises(Unreachable):
        await cloud.changes(before)
    assert (await told(cloud, before))[0] == {ana}


@pytest.mark.long
async def test_fifty_thousand_accounts_with_their_groups_take_about_a_hundred_questions(cloud: FurnishedEntra) -> None:
    """51 pages of accounts; the rest is groups, each of which comes in several records."""
    cloud.wire.page = 999
    teams = [cloud.there.add_group(f"Team {number}") for number in range(100)]
    staff = cloud.there.add_group("All-Staff")
    for team in teams:
        cloud.there.join(staff, team)
    for number in range(50_000):
        id = cloud.there.add(None, userPrincipalName=f"p{number}@contoso.example", displayName=f"P {number}")
        cloud.there.join(teams[number % 100], id)
    changes = await cloud.changes(None)
    assert len(changes.persons) == 50_000
    assert {len(person.groups) for person in changes.persons} == {2}
    assert cloud.wire.questions() < 110


async def test_groups_that_were_read_in_part_are_read_anew(cloud: FurnishedEntra, ana: SubjectId) -> None:
    for number in range(3):  # two pages
        cloud.there.join(cloud.there.add_group(f"Team {number}"), own(ana))
    first = await cloud.changes(None, 1)

    async def on_the_second_page(request: web.Request, handler: Handler) -> web.StreamResponse:
        cloud.wire.meets("GET", "/groups/delta", refused(403, "Authorization_RequestDenied", "No."))
        return await cloud.wire._known(request, handler)

    cloud.tracker.memberships = Memberships()
    cloud.wire.meets("GET", "/groups/delta", on_the_second_page)
    with pytest.raises(Unreachable):
        await cloud.changes(None)
    assert cloud.tracker.memberships.link == ""
    assert (await told(cloud, first.next))[0] <= {ana}
    assert [len(person.groups) for person in (await cloud.changes(None)).persons] == [3]
