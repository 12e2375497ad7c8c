"""ST14: every step that a stranger can reach is the same for every sort of account, in words, and in time on a clock of our own."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import cast

import pytest

from bot.conversation.view import View
from bot.directory.interfaces import Directory, Person
from bot.model.facts import Frozen
from bot.model.prompt import Ask, AskSecret, Password, Say, Text
from bot.policy.policy import MethodRules, Policy, Scope, ScopeState
from store.directory import EmbeddedDirectory
from store.facts import record
from tests.kit.attackers import Seen, stranger
from tests.kit.kinds import SMS, TOTP
from tests.kit.people import Browser
from tests.kit.residents import OLD
from tests.kit.town import Town, quick

# Three methods; locked; none at all; disabled; protected; an admin; frozen; out of scope; and two names that nobody has.
NAMES = ["ana", "ben", "nora", "olaf", "pia", "adam", "lena", "cara", "ghost", "spook"]
POLICY = Policy(Scope(ScopeState.ALL, except_=("Left-Out",)), methods=MethodRules(available=(TOTP, SMS)))
Move = tuple[str, str]  # a button, or what is typed


async def all_sorts(town: Town) -> None:
    """Every sort of account."""
    await town.use_policy(POLICY)
    admin = town.administration()
    await admin.add_group("Left-Out")
    await admin.add_member("Left-Out", await town.subject("cara"))
    async with town.app.store.database.write("frozen") as conn:
        await record(conn, [Frozen(await town.subject("lena"), town.world.now() + 10**7)], town.world.now())


def moves(view: View) -> list[Move]:
    """All that can be done here: each button, and answers that an attacker may have, right ones of before among them."""
    prompt = view.prompt
    if isinstance(prompt, Say):
        return []
    presses = [("press", str(o.id)) for o in prompt.options]
    return [*presses, ("type", "wrong"), ("type", "known")] if isinstance(prompt, Ask | AskSecret) else presses


async def said(town: Town, name: str, view: View, what: str) -> str:
    """`known`: the number on file, the password in force, the code that the app showed a minute and a half ago."""
    prompt = view.prompt
    assert isinstance(prompt, Ask | AskSecret)
    person = await town.directory.find(name)
    if isinstance(prompt.field, Password):
        return OLD if what == "known" and person else "Wrong-Password-1"
    if isinstance(prompt.field, Text):
        mine = await town.app.store.records.methods(person.subject) if person else ()
        number = next((m.secret.reveal() for m in mine if m.kind == SMS), "+12025550999")
        return number if what == "known" else "+12025550998"
    old = what == "known" and person and await town.arrived(name, TOTP)
    return old or "000001"


async def walked(town: Town, name: str, wish: str, path: Sequence[Move]) -> tuple[Seen, View]:
    """What is seen at the end of this path; the codes typed on it are a minute and a half old."""
    page = await stranger(town, name, wish)
    for how, what in path:
        view = await page.view()
        typed = await said(town, name, view, what) if how == "type" else ""
        town.clock.passes(90 if typed.isdecimal() and len(typed) == 6 else 0)
        await (page.types(typed) if how == "type" else page.presses(what))
    seen = Seen(name)
    await seen.notes(page)
    return seen, await page.view()


def place(view: View) -> object:
    """Two places where the same can be done are one."""
    options = () if isinstance(view.prompt, Say) else tuple(o.id for o in view.prompt.options)
    return view.prompt.id, options, getattr(view.prompt, "stage", None)


@pytest.mark.long
@pytest.mark.timeout(600)  # on PostgreSQL, beside others
@pytest.mark.parametrize("wish", ["reset", "unlock", "change", "register"])
async def test_st14_every_step_that_a_stranger_reaches_is_the_same_for_every_account(town: Town, wish: str) -> None:
    await all_sorts(town)
    queue: list[tuple[Move, ...]] = [()]
    met: set[object] = set()
    while queue:
        path = queue.pop(0)
        ends = [await walked(town, name, wish, path) for name in NAMES]
        for seen, _ in ends[1:]:
            assert seen.seen == ends[0][0].seen, (path, seen.name)
        if place(ends[0][1]) not in met:
            met.add(place(ends[0][1]))
            queue += [(*path, move) for move in moves(ends[0][1])]
    assert len(met) > 5, met


TURNS = 40
STORY = (("name", ""), ("press", "totp"), ("press", "other"), ("press", "totp"), ("type", "000001"))


@dataclass
class OwnTime:
    """A clock that stands still but for the work that this process does, and for what sleeps by it; nobody really waits."""

    slept: float = 0.0

    def now(self) -> float:
        return time.process_time() + self.slept

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds


@dataclass(frozen=True)
class FarAway(EmbeddedDirectory):
    """Fifteen milliseconds for an account that is there, and none for one that isn't."""

    clock: OwnTime = field(default_factory=OwnTime)

    async def find(self, text: str) -> Person | None:
        found = await EmbeddedDirectory.find(self, text)
        self.clock.slept += 0.015 if found else 0.0
        return found


async def slow_town(town: Town, monkeypatch: pytest.MonkeyPatch, pace: float) -> OwnTime:
    clock = OwnTime()
    for name, value in (("now", clock.now), ("sleep", clock.sleep), ("PACE", pace)):
        monkeypatch.setattr(f"bot.platform.constant_time.{name}", value)
    directories = cast("dict[str, Directory]", town.app.directories)
    directories["contoso"] = FarAway("contoso", town.app.store.database, town.world, quick(town.world), clock=clock)
    return clock


async def one_story(town: Town, name: str, now: Callable[[], float]) -> list[float]:
    """What a name, a choice, another way, another choice and a code take."""
    page, taken = Browser(town), list[float]()
    await page.starts("reset")
    for how, what in STORY:
        begun = now()
        await (page.presses(what) if how == "press" else page.types(what or name))
        taken.append(now() - begun)
    return taken


async def each_turn(town: Town, name: str, clock: OwnTime) -> list[float]:
    """The median of each."""
    taken: list[list[float]] = []
    for _ in range(TURNS // len(STORY)):
        taken.append(await one_story(town, name, clock.now))
        town.clock.passes(2 * 86400)
    return [median(turns) for turns in zip(*taken, strict=True)]


async def apart(town: Town, clock: OwnTime, names: Sequence[str]) -> float:
    """By how much the slowest and the fastest of these differ, in the turn in which they differ most."""
    taken = [await each_turn(town, name, clock) for name in names]
    return float(max(max(turn) - min(turn) for turn in zip(*taken, strict=True)))


@pytest.mark.long
@pytest.mark.timeout(600)  # on PostgreSQL, beside others
async def test_st14_no_account_shows_in_the_time_of_a_strangers_turn(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ten names no more than of two that nobody has; the rest of a request, which isn't paced, is all that varies."""
    clock = await slow_town(town, monkeypatch, 0.3)
    await all_sorts(town)
    control = await apart(town, clock, ["ghost", "spook"])
    assert await apart(town, clock, NAMES) < control + 0.01


@pytest.mark.long
async def test_st14_an_account_would_show_without_the_pace(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = await slow_town(town, monkeypatch, 0.0001)
    assert await apart(town, clock, ["ana", "ghost"]) > 0.012
