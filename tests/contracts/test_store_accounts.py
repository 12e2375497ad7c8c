"""Accounts are taken over from directories whole, once and in pages; deaths and rivals on the way lose nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from sqlalchemy import select

import store.accounts
from bot.coverage.interfaces import CoverageQuestion
from bot.directory.administration import NewAccount
from bot.directory.interfaces import Changes, Person
from bot.identity.directory_contacts import ContactData
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.keyring import Keys
from bot.policy.policy import Policy, Scope, ScopeState
from bot.policy.roles import Roles
from store.account_tables import ACCOUNT, ACCOUNT_GROUP, ACCOUNT_SOURCE
from store.directory import EmbeddedDirectory
from store.directory_admin import AdministeredDirectory
from store.open import Store, open_store
from tests.kit.directories import fast

PAGE = 3
ASKED = CoverageQuestion(Policy(scope=Scope(ScopeState.ALL)), Roles(), ("town",))


class Killed(BaseException):
    """The process is gone."""


@dataclass(frozen=True)
class Telling(EmbeddedDirectory):
    """Gives prepared answers, one after the other, whatever the limit."""

    answers: list[Changes] = field(default_factory=list)

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        return self.answers.pop(0) if self.answers else Changes([], [], since or "")


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.accounts, "PAGE", PAGE)


@pytest_asyncio.fixture
async def town(store: Store, world: World) -> AdministeredDirectory:
    """Ten people in a group within a group."""
    made = AdministeredDirectory("town", store.database, world, fast(world))
    for name in ("Everybody", "Team"):
        await made.add_group(name)
    await made.nest("Everybody", "Team")
    for number in range(10):
        subject = await made.create(NewAccount(f"p{number}", f"Person {number}"))
        await made.add_member("Team", subject)
    return made


def telling(store: Store, world: World, *answers: Changes) -> Telling:
    return Telling("town", store.database, world, fast(world), answers=list(answers))


def person(login: str, *groups: str, name: str = "Somebody", enabled: bool = True) -> Person:
    return Person(SubjectId(f"town:{login}"), login, name, frozenset(groups), enabled=enabled)


async def kept(store: Store) -> dict[str, set[str]]:
    """Sign-in names, and the folded names of the groups of each."""
    async with store.database.read() as conn:
        names = {row.subject: row.login for row in await conn.execute(select(ACCOUNT.c.subject, ACCOUNT.c.login))}
        groups: dict[str, set[str]] = {login: set() for login in names.values()}
        for row in await conn.execute(select(ACCOUNT_GROUP.c.subject, ACCOUNT_GROUP.c.folded)):
            groups[names[row.subject]].add(row.folded)
    return groups


async def listed(store: Store) -> list[tuple[str, str]]:
    return [(login, name) async for login, name, _ in store.accounts.each(ASKED)]


async def total(store: Store, *directories: str) -> int:
    counted = await store.accounts.count(CoverageQuestion(ASKED.policy, Roles(), directories), 0, 1)
    return sum(each.count for each in counted if each.group is None)


async def test_everything_is_taken_over_once_and_then_only_what_is_new(store: Store, town: AdministeredDirectory) -> None:
    assert await store.accounts.sync(town) == 10
    assert await kept(store) == {f"p{n}": {"everybody", "team"} for n in range(10)}
    assert await store.accounts.sync(town) == 0
    await town.create(NewAccount("new", "New One"))
    await town.enable((await found(town, "p3")).subject, enabled=False)
    assert await store.accounts.sync(town) == 2
    assert (await kept(store))["new"] == set()
    assert await listed(store) == [("new", "New One"), *((f"p{n}", f"Person {n}") for n in range(10))]


async def test_who_is_gone_is_gone_and_who_left_a_group_is_out_of_it(store: Store, town: AdministeredDirectory) -> None:
    await store.accounts.sync(town)
    await town.delete((await found(town, "p1")).subject)
    await town.remove_member("Team", (await found(town, "p2")).subject)
    assert await store.accounts.sync(town) == 2
    now = await kept(store)
    assert "p1" not in now
    assert now["p2"] == set()
    assert now["p4"] == {"everybody", "team"}


@pytest.mark.parametrize("limit", [1, 2, 4, 9, 10, 11])
async def test_pages_of_any_size_tell_everybody(town: AdministeredDirectory, limit: int) -> None:
    mark, seen = None, list[str]()
    while True:
        page = await town.changes(mark, limit)
        seen += [p.login for p in page.persons]
        mark = page.next
        if len(page.persons) < limit:
            break
    assert seen == [p.login for p in (await town.changes(None)).persons]
    assert (await town.changes(mark)).persons == []


async def test_whoever_shares_a_change_number_is_on_the_same_page(town: AdministeredDirectory) -> None:
    before = (await town.changes(None)).next
    await town.add_group("All")
    await town.nest("All", "Everybody")
    page = await town.changes(before, 2)
    assert {p.login for p in page.persons} == {f"p{n}" for n in range(10)}
    assert all("All" in p.groups for p in page.persons)


async def test_whoever_is_missing_where_everybody_is_told_anew_is_gone(store: Store, world: World) -> None:
    everybody, ana, ben = (person(login) for login in ("everybody", "ana", "ben"))
    elsewhere = AdministeredDirectory("elsewhere", store.database, world, fast(world))
    await elsewhere.create(NewAccount("eve", "Eve Elsewhere"))
    town = telling(store, world, Changes([ana, ben, everybody], [], "1", whole=True), Changes([ana], [], "2"))
    await store.accounts.sync(elsewhere)
    await store.accounts.sync(town)
    await store.accounts.sync(town)
    assert await total(store, "town") == 3
    again = telling(store, world, Changes([ben], [], "3", whole=True))
    assert await store.accounts.sync(again) == 3
    assert await kept(store) == {"ben": set(), "eve": set()}


async def test_a_directory_that_does_not_page_is_taken_over_all_the_same(store: Store, world: World) -> None:
    everybody = [person(f"q{n}", "Staff") for n in range(2 * PAGE + 1)]
    gone = [p.subject for p in everybody]
    town = telling(store, world, Changes(everybody, [], "a"), Changes([], [], "b"), Changes([], gone, "c"))
    assert await store.accounts.sync(town) == 7
    assert await kept(store) == {p.login: {"staff"} for p in everybody}
    assert await store.accounts.sync(town) == 7
    assert await kept(store) == {}
    assert await marks(store) == ["c"]


async def test_who_is_not_among_everybody_is_gone(store: Store, world: World) -> None:
    many, few = [person(f"q{n}", "Staff") for n in range(2 * PAGE + 1)], [person("q1", "Staff"), person("new")]
    town = telling(store, world, Changes(many, [], "a"), Changes([], [], "a"), Changes(few, [], "b", whole=True))
    assert await store.accounts.sync(town) == 7
    assert await store.accounts.sync(town) == 2 + 6
    assert await kept(store) == {"q1": {"staff"}, "new": set()}
    assert await marks(store) == ["b"]


@pytest.mark.parametrize("at", range(1, 4))
async def test_whoever_dies_on_the_way_is_carried_on(
    store: Store, town: AdministeredDirectory, database_url: str, world: World, keys: Keys, at: int
) -> None:
    left = [at]

    def dies(name: str) -> None:
        if name == "before accounts":
            left[0] -= 1
            if not left[0]:
                raise Killed

    doomed = await open_store(database_url, world, keys, dies)
    with pytest.raises(Killed):
        await doomed.accounts.sync(town)
    await doomed.close()
    assert len(await kept(store)) == PAGE * (at - 1)
    assert await store.accounts.sync(town) == 10 - PAGE * (at - 1)
    assert len(await kept(store)) == 10


async def test_a_replica_that_comes_late_writes_nothing_old(store: Store, world: World) -> None:
    ana = person("ana", "Staff")
    assert await store.accounts.sync(telling(store, world, Changes([ana], [], "1"), Changes([], [ana.subject], "2"))) == 1
    late = telling(store, world, Changes([person("ana", "Gone")], [], "1"))
    behind = asyncio.create_task(store.accounts._take_over("town", "", await late.changes(None), ContactData()))
    assert not await behind
    assert await kept(store) == {"ana": {"staff"}}


async def test_two_replicas_at_once_take_over_everybody(
    store: Store, town: AdministeredDirectory, database_url: str, world: World, keys: Keys
) -> None:
    replica = await open_store(database_url, world, keys)
    counts = await asyncio.gather(store.accounts.sync(town), replica.accounts.sync(town))
    await replica.close()
    await store.accounts.sync(town)
    assert max(counts) > 0
    assert len(await kept(store)) == 10


async def test_names_that_no_database_likes_are_kept_as_well_as_can_be(store: Store, world: World) -> None:
    odd = person("nul\0", "Group\0", "GROUP\0", "Straße", "STRASSE", name="half \ud800")
    assert await store.accounts.sync(telling(store, world, Changes([odd], [], "1"))) == 1
    assert await kept(store) == {"nul\\0": {"group\\0", "strasse"}}


async def test_only_directories_that_this_house_has_are_counted(store: Store, town: AdministeredDirectory, world: World) -> None:
    await store.accounts.sync(town)
    other = Telling("other", store.database, world, fast(world), answers=[Changes([_of("other:1"), _of("other:2")], [], "1")])
    await store.accounts.sync(other)
    assert [await total(store, *names) for names in (("town",), ("other",), ("town", "other"), ())] == [10, 2, 12, 0]


async def test_a_group_that_is_too_small_to_be_told_is_not_told(store: Store, world: World) -> None:
    people = [person(f"q{n}", "Large", *(["Small"] if n < 2 else [])) for n in range(4)]
    await store.accounts.sync(telling(store, world, Changes(people, [], "1")))
    assert {each.group for each in await store.accounts.count(ASKED, 10, 3)} == {None, "Large"}
    assert {each.group for each in await store.accounts.count(ASKED, 10, 2)} == {None, "Large", "Small"}
    assert {each.group for each in await store.accounts.count(ASKED, 1, 2)} == {None, "Large"}


async def test_names_shared_by_several_accounts_are_listed_for_each(store: Store, world: World) -> None:
    twins: Sequence[Person] = [Person(SubjectId(f"town:{n}"), "twin", f"Twin {n}", frozenset()) for n in range(2 * PAGE)]
    await store.accounts.sync(telling(store, world, Changes(twins, [], "1")))
    assert sorted(await listed(store)) == [("twin", f"Twin {n}") for n in range(2 * PAGE)]


def _of(subject: str) -> Person:
    return Person(SubjectId(subject), subject, subject, frozenset())


async def found(town: AdministeredDirectory, login: str) -> Person:
    got = await town.find(login)
    assert got
    return got


async def marks(store: Store) -> list[str]:
    async with store.database.read() as conn:
        return list(await conn.scalars(select(ACCOUNT_SOURCE.c.mark)))
