"""A large directory behind an agent: what its server tells at once travels in pieces, and counts only when all of them are there."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from adapters.writeback.paging import MORE, PagedAnswers
from adapters.writeback.rpc import PAGE
from bot.directory.interfaces import Changes, Person, Unreachable
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from store.directory_admin import AdministeredDirectory
from tests.kit.agents import Bench

MANY = 50_000
GONE = (SubjectId("demo:gone"),)


def crowd(many: int) -> Sequence[Person]:
    plain = Person(SubjectId("demo:"), "", "Somebody", frozenset({"All-Staff", "VPN-Users"}), words=("Given", "Sur"))
    return [replace(plain, subject=SubjectId(f"demo:{n:036}"), login=f"u{n:06}") for n in range(many)]


class AtOnce(AdministeredDirectory):
    """Knows no pages."""

    persons: Sequence[Person] = ()

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        return Changes((), (), "1") if since == "1" else Changes(self.persons, GONE, "1", whole=True)


@pytest.fixture
def at_once(directory: AdministeredDirectory) -> AtOnce:
    return AtOnce("demo", directory.database, directory.world, directory.hasher, directory.policy)


@pytest.mark.long
async def test_fifty_thousand_accounts_come_in_pieces_that_hold_up_nobody(bench: Bench, at_once: AtOnce) -> None:
    object.__setattr__(at_once, "persons", crowd(MANY))
    site = await bench.site(at_once)
    beats = 0

    async def beating() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0)
            beats += 1

    beside = asyncio.create_task(beating())
    told = await bench.directory("demo").changes(None, PAGE)
    beside.cancel()
    assert (told.persons, told.gone, told.next, told.whole) == (at_once.persons, list(GONE), "1", True)
    assert site.journal.events().count("request") == MANY // PAGE + 1
    assert beats > MANY // PAGE  # others had their turn between any two


async def test_a_piece_that_is_lost_tells_nothing_and_the_next_time_everything_is_told(bench: Bench, at_once: AtOnce) -> None:
    object.__setattr__(at_once, "persons", crowd(12))
    first, second = await bench.site(at_once), await bench.site(at_once)
    for site in (first, second):
        site.executor.paged = Forgetful(bench.world)
    with pytest.raises(Unreachable):
        await bench.directory("demo").changes(None, 5)
    for site in (first, second):
        site.executor.paged = PagedAnswers(bench.world)
    assert (await bench.directory("demo").changes(None, 5)).persons == at_once.persons


class Forgetful(PagedAnswers):
    """As if it had been started anew in between."""

    def _cut(self, told: Changes, most: int) -> Changes:
        cut = super()._cut(told, most)
        self._rest.clear()
        return cut


async def test_of_two_agents_the_one_that_began_goes_on(bench: Bench, at_once: AtOnce) -> None:
    """Whoever is asked for a piece that it doesn't have has none; the other one is asked then."""
    object.__setattr__(at_once, "persons", crowd(23))
    for _ in range(2):
        await bench.site(at_once)
    assert (await bench.directory("demo").changes(None, 5)).persons == at_once.persons


async def test_pieces_without_end_are_no_answer(bench: Bench, at_once: AtOnce, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.writeback.directory.PIECES", 3)
    object.__setattr__(at_once, "persons", crowd(100))
    await bench.site(at_once)
    with pytest.raises(Unreachable):
        await bench.directory("demo").changes(None, 5)


async def test_a_short_answer_is_handed_on_as_it_is(at_once: AtOnce, world: World) -> None:
    object.__setattr__(at_once, "persons", crowd(4))
    told = await PagedAnswers(world).changes(at_once, None, 5)
    assert told == await at_once.changes(None)
    assert not told.next.startswith(MORE)
