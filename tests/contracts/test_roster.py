"""An embedded directory as an operator fills it, on each database: whole or not at all, audited, and never more than was said."""

import pytest

from bot.directory.interfaces import Contacts, SignIn
from bot.directory.roster import ExpectedAccount, FaultyRoster, RosterChange, RosterEntry
from bot.platform.clock import World
from bot.platform.secret import Secret
from store.directory import EmbeddedDirectory
from store.directory_roster import StoredRoster
from store.open import Store
from tests.kit.residents import GOOD
from tests.kit.town import quick

ANA = RosterEntry("ana", "Ana Anders", "ana@example.com", mobile="+49 170 1", manager="ben", groups=("All", "Sales"))
BEN = RosterEntry("ben", "Ben Brandt", groups=("All",))


@pytest.fixture
def roster(store: Store, world: World) -> StoredRoster:
    return StoredRoster("town", store.database, world, quick(world))


@pytest.fixture
def town(store: Store, world: World) -> EmbeddedDirectory:
    return EmbeddedDirectory("town", store.database, world, quick(world))


async def tags(store: Store) -> list[tuple[str, dict[str, str]]]:
    return [(row.tag.removeprefix("operator:account:"), dict(row.detail)) async for row in store.audit.rows()]


async def test_whoever_is_imported_is_found_with_all_that_was_said(
    roster: StoredRoster, town: EmbeddedDirectory, store: Store
) -> None:
    assert await roster.take_over([ANA, BEN], ExpectedAccount.EITHER, dry=True) == RosterChange(
        ("ana", "ben"), groups=("All", "Sales")
    )
    assert await roster.entries() == []
    await roster.take_over([ANA, BEN], ExpectedAccount.EITHER)
    ana, ben = await town.find("ANA@example.com"), await town.find("ben")
    assert ana
    assert ben
    assert (ana.name, sorted(ana.groups), ana.manager) == ("Ana Anders", ["All", "Sales"], ben.subject)
    assert ana.contacts == Contacts("+49 170 1")
    assert await town.sign_in(ben.subject, Secret("")) is SignIn.WRONG
    made = [("created", {"by": "operator", "joined": "All, Sales"}), ("created", {"by": "operator", "joined": "All"})]
    assert await tags(store) == made
    assert await roster.take_over(await roster.entries(), ExpectedAccount.EITHER) == RosterChange(same=("ana", "ben"))
    assert await tags(store) == made


async def test_what_is_said_again_is_changed_and_nothing_else(
    roster: StoredRoster, town: EmbeddedDirectory, store: Store
) -> None:
    await roster.take_over([ANA, BEN], ExpectedAccount.EITHER)
    mark = (await town.changes(None)).next
    moved = RosterEntry("Ana", mail="", groups=("all", "Finance"))
    assert await roster.take_over([moved, BEN], ExpectedAccount.EITHER) == RosterChange((), ("Ana",), ("ben",), ("Finance",))
    (ana,) = (await town.changes(mark)).persons
    assert (ana.login, ana.name, ana.mail, sorted(ana.groups)) == ("ana", "Ana Anders", None, ["All", "Finance"])
    detail = {"by": "operator", "what": "mail", "joined": "Finance", "left": "Sales"}
    assert (await tags(store))[-1] == ("changed", detail)
    await roster.take_over([RosterEntry("ben", enabled=False), RosterEntry("ana", leaves=("Finance",))], ExpectedAccount.KNOWN)
    ben = await town.find("ben")
    assert ben
    assert not ben.enabled
    assert [tag for tag, _ in await tags(store)][-2:] == ["disabled", "changed"]


async def test_each_has_a_change_number_so_that_whoever_follows_takes_pages(
    roster: StoredRoster, town: EmbeddedDirectory
) -> None:
    await roster.take_over([RosterEntry(f"p{n}", "P") for n in range(7)], ExpectedAccount.EITHER)
    await roster.take_over([RosterEntry("q", "Q")], ExpectedAccount.NEW)
    first = await town.changes(None, 3)
    assert [person.login for person in first.persons] == ["p0", "p1", "p2"]
    assert [person.login for person in (await town.changes(first.next)).persons] == ["p3", "p4", "p5", "p6", "q"]


async def test_a_first_password_is_held_to_the_directorys_rules_and_has_to_be_changed(
    roster: StoredRoster, town: EmbeddedDirectory
) -> None:
    await roster.take_over([BEN], ExpectedAccount.NEW, password=Secret(GOOD))
    ben = await town.find("ben")
    assert ben
    assert await town.sign_in(ben.subject, Secret(GOOD)) is SignIn.MUST_CHANGE


async def test_where_one_is_wrong_nothing_is_done_and_all_are_told(roster: StoredRoster, store: Store) -> None:
    await roster.take_over([ANA, BEN], ExpectedAccount.EITHER)
    wrong = [
        RosterEntry("cara"),
        RosterEntry("dev", "Dev", manager="zoe"),
        RosterEntry("dora", "Dora", manager="dora"),
        RosterEntry("eve", "Eve", mail="ANA@example.com"),
        RosterEntry("ana@example.com", "Second"),
        RosterEntry("fay", "Fay", mail="ben"),
        RosterEntry("gil", "Gil", leaves=("Nowhere",)),
        RosterEntry("ok", "Fine"),
        RosterEntry("OK", "Fine"),
    ]
    with pytest.raises(FaultyRoster) as no:
        await roster.take_over(wrong, ExpectedAccount.EITHER)
    said = [(fault.place, fault.sentence.split("; ")[0]) for fault in no.value.faults]
    assert said == [
        (0, "cara is new, so it needs a name"),
        (1, "there is no account zoe that could be the manager"),
        (2, "dora can't be their own manager"),
        (3, "mail ANA@example.com is ana's already"),
        (3, "mail ANA@example.com is ana@example.com's already"),
        (4, "ana@example.com is a name or mail address of another account"),
        (5, "mail ben is ben's already"),
        (6, "there is no group Nowhere"),
        (8, "OK is named twice"),
    ]
    assert [entry.login for entry in await roster.entries()] == ["ana", "ben"]
    assert len(await tags(store)) == 2


@pytest.mark.parametrize(("login", "expected"), [("ana", ExpectedAccount.NEW), ("zoe", ExpectedAccount.KNOWN)])
async def test_who_is_there_already_or_not_at_all_is_told(roster: StoredRoster, login: str, expected: ExpectedAccount) -> None:
    await roster.take_over([ANA, BEN], ExpectedAccount.EITHER)
    with pytest.raises(FaultyRoster):
        await roster.take_over([RosterEntry(login, "X")], expected)
