"""Several agents, several processes of the bot, and lines that are cut: who is asked, who is not, and what is said of it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.writeback.directory import AgentDirectory
from adapters.writeback.key_file import KeyFile
from adapters.writeback.relay import Relay
from adapters.writeback.rpc import Call, Verb
from bot.directory.administration import NewAccount
from bot.directory.interfaces import Health, Person, Rejected, SignIn, Unreachable, Write
from bot.model.agents import Stand
from bot.platform.clock import World
from bot.platform.ids import Action, SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.set_seals import SetKind
from bot.writeback.agent_mac import sealed_agent
from store.directory_admin import AdministeredDirectory
from store.open import Store
from tests.kit.agents import Bench, Noted, Site
from tests.kit.directories import NEW, OLD
from tests.kit.signing import as_ours


class Slow(AdministeredDirectory):
    """Holds on before or after it does what it is asked. Set by the class, since a directory is frozen."""

    asked: asyncio.Event
    go_on: asyncio.Event
    done_first = False

    async def reset(
        self, subject: SubjectId, password: Secret, *, whatever_age: bool = False, write: Write | None = None
    ) -> None:
        if self.done_first:
            await super().reset(subject, password, whatever_age=whatever_age, write=write)
        self.asked.set()
        await self.go_on.wait()
        if not self.done_first:
            await super().reset(subject, password, whatever_age=whatever_age, write=write)


def slow(directory: AdministeredDirectory, *, done_first: bool) -> Slow:
    made = Slow("demo", directory.database, directory.world, directory.hasher, directory.policy)
    for name, value in (("asked", asyncio.Event()), ("go_on", asyncio.Event()), ("done_first", done_first)):
        object.__setattr__(made, name, value)
    return made


def served(site: Site) -> int:
    """How many requests it has had."""
    assert isinstance(site.journal, Noted)
    return site.journal.events().count("request")


async def test_an_agent_that_dies_in_mid_request_leaves_it_open_and_nobody_repeats_it(
    bench: Bench, directory: AdministeredDirectory, ana: SubjectId
) -> None:
    held = slow(directory, done_first=True)
    first = await bench.site(held)
    second = await bench.site(directory)
    through = bench.directory("demo")
    before = await directory.mark(ana, Action.RESET)
    resetting = asyncio.create_task(_reset_by(bench, through, ana, first))
    await asyncio.wait_for(held.asked.wait(), 20)
    seen = served(second)
    await first.dies()
    with pytest.raises(Unreachable):
        await resetting
    assert served(second) == seen
    assert await through.mark(ana, Action.RESET) != before  # asked through the other one: it was done
    assert served(second) == seen + 1
    assert await directory.sign_in(ana, NEW) is SignIn.RIGHT


async def _reset_by(bench: Bench, through: AgentDirectory, subject: SubjectId, site: Site) -> None:
    """Through this agent first, whosever turn it is."""
    if (await bench.relay.standing("demo"))[0].agent.id == site.id:
        bench.relay.turn += 1  # two of them: the same one again
    await through.reset(subject, NEW)


async def test_what_may_be_asked_twice_is_asked_of_the_other_agent(
    bench: Bench, directory: AdministeredDirectory, ana: SubjectId
) -> None:
    class Dead(AdministeredDirectory):
        async def person(self, subject: SubjectId) -> Person | None:
            raise Unreachable

    await bench.site(Dead("demo", directory.database, directory.world, directory.hasher, directory.policy))
    await bench.site(directory)
    for _ in range(2):  # whoever's turn it is
        found = await bench.directory("demo").person(ana)
        assert found is not None


async def test_agents_share_the_work(bench: Bench, directory: AdministeredDirectory, ana: SubjectId) -> None:
    first, second = await bench.site(directory), await bench.site(directory)
    for _ in range(6):
        await bench.directory("demo").state(ana)
    assert (served(first), served(second)) == (3, 3)


async def test_of_two_agents_that_race_for_one_account_one_password_counts(
    bench: Bench, directory: AdministeredDirectory, ana: SubjectId
) -> None:
    await bench.site(directory)
    await bench.site(directory)
    tried = [Secret(f"Raced-Lemon-{number}-Orbit") for number in range(4)]
    through = bench.directory("demo")
    said = await asyncio.gather(*(through.reset(ana, password) for password in tried), return_exceptions=True)
    assert [no for no in said if no is not None and not isinstance(no, Rejected)] == []
    (winner,) = [n for n, password in enumerate(tried) if await directory.sign_in(ana, password) is SignIn.RIGHT]
    assert said[winner] is None


async def test_with_no_agent_it_fails_at_once_and_nothing_changes_later(
    bench: Bench, directory: AdministeredDirectory, ana: SubjectId
) -> None:
    with pytest.raises(Unreachable):
        await bench.directory("demo").reset(ana, NEW)
    await bench.site(directory)
    await bench.directory("demo").state(ana)
    assert await directory.sign_in(ana, OLD) is SignIn.RIGHT


async def test_an_agent_that_nobody_has_let_in_is_connected_and_gets_nothing(
    bench: Bench, directory: AdministeredDirectory, ana: SubjectId
) -> None:
    """So does one that enrolled with a stolen code: a code opens nothing but the waiting room."""
    waiting = await bench.site(directory, stand=Stand.WAITING)
    with pytest.raises(Unreachable):
        await bench.directory("demo").reset(ana, NEW)
    good = await bench.site(directory)
    for number in range(4):
        await bench.directory("demo").reset(ana, Secret(f"Given-Lemon-{number}-Orbit"))
    assert (served(waiting), served(good)) == (0, 4)
    assert "waits for an admin" in (await _health_of_the_waiting(bench)).detail


async def _health_of_the_waiting(bench: Bench) -> Health:
    await bench.sites[1].dies()
    await bench.until(lambda: len(bench.relay.connections) == 1)
    async with as_ours(bench.store, kind=SetKind.AGENTS) as conn:
        await conn.execute(text("delete from writeback_agent where stand = 'approved'"))
    return await bench.directory("demo").health()


async def test_a_stopped_agent_is_asked_nothing_from_that_moment_on(
    bench: Bench, directory: AdministeredDirectory, ana: SubjectId
) -> None:
    site = await bench.site(directory)
    assert (await bench.directory("demo").health()).ok
    known = await bench.store.agents.agent(site.id)
    assert known is not None
    stopped = sealed_agent(bench.keys, replace(known.agent, stand=Stand.STOPPED))
    async with as_ours(bench.store, kind=SetKind.AGENTS) as conn:
        await conn.execute(text("update writeback_agent set stand = 'stopped', mac = :mac"), {"mac": stopped.mac})
    seen = served(site)
    with pytest.raises(Unreachable):
        await bench.directory("demo").state(ana)
    assert served(site) == seen


async def test_the_stop_file_ends_the_line_and_its_end_brings_it_back(
    bench: Bench, directory: AdministeredDirectory, ana: SubjectId
) -> None:
    site = await bench.site(directory)
    site.executor.limits.stop_file.touch()
    await bench.until(lambda: not bench.relay.connections)
    known = await bench.store.agents.agent(site.id)
    await bench.until(lambda: "stopped" in site.journal.events())
    assert known is not None
    site.executor.limits.stop_file.unlink()
    await bench.until(lambda: site.id in bench.relay.connections)
    assert (await bench.directory("demo").state(ana)).locked is False


async def test_a_new_key_to_seal_to_is_announced_and_used(
    bench: Bench, directory: AdministeredDirectory, ana: SubjectId, world: World
) -> None:
    site = await bench.site(directory)
    former = bench.relay.connections[site.id].ready
    KeyFile.load(site.executor.keys.path).rotated(world).save()  # as `unlatch agent rotate` does
    await bench.until(lambda: bench.relay.connections[site.id].ready != former)
    await bench.directory("demo").reset(ana, NEW)
    assert await directory.sign_in(ana, NEW) is SignIn.RIGHT


async def test_a_bot_with_another_key_gets_nowhere(
    bench: Bench, directory: AdministeredDirectory, ana: SubjectId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stolen ring or not: the agent pinned one key when it enrolled, and no other speaks to it."""
    monkeypatch.setattr("adapters.writeback.relay.LONGER", 0.3)
    monkeypatch.setattr("adapters.writeback.relay.patience", lambda _verb: 0.0)  # the agent doesn't even answer
    site = await bench.site(directory)
    await bench.until_noted(site.id)
    bench.relay.keys = Keys.create(tmp_path / "other.json")
    with pytest.raises((Unreachable, Rejected)):
        await bench.directory("demo").reset(ana, NEW)
    known = await bench.store.agents.agent(site.id)
    assert known is not None
    renamed = replace(known.agent, ring=bench.relay.keys.current)
    link = bench.relay.connections[site.id]
    with pytest.raises(Unreachable):
        await bench.relay._send(replace(known, agent=renamed), Call(Verb.UNLOCK, ana))
    await bench.until(lambda: "request.not_genuine" in site.journal.events())
    assert link.agent == site.id
    assert await directory.sign_in(ana, OLD) is SignIn.RIGHT


async def test_another_process_of_the_bot_reaches_an_agent_that_is_connected_here(
    bench: Bench, directory: AdministeredDirectory, ana: SubjectId, store: Store, keys: Keys, world: World
) -> None:
    """What passes through the database is signed by the bot, and sealed to the agent."""
    site = await bench.site(directory)
    await bench.until_noted(site.id)
    elsewhere = Relay(store.agents, keys, world)
    through = AgentDirectory("demo", elsewhere)
    assert "up and running since" in (await through.health()).detail
    await through.reset(ana, NEW)
    assert await directory.sign_in(ana, NEW) is SignIn.RIGHT
    with pytest.raises(Rejected, match=r"password\.min_length"):
        await through.reset(ana, Secret("short"))


async def test_an_agent_serves_its_own_directory_and_speaks_of_no_other(bench: Bench, directory: AdministeredDirectory) -> None:
    class Liar(AdministeredDirectory):
        async def find(self, text: str) -> Person | None:
            return Person(SubjectId("corp:1"), text, "Somebody Else's", frozenset({"Unlatch-Admins"}))

    await bench.site(Liar("demo", directory.database, directory.world, directory.hasher, directory.policy))
    with pytest.raises(Unreachable):
        await bench.directory("demo").find("ana")
    with pytest.raises(Unreachable):
        await bench.directory("corp").find("ana")


async def test_a_directory_of_many_is_told_page_by_page(
    bench: Bench, directory: AdministeredDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.writeback.directory.PAGE", 4)
    made = [await directory.create(NewAccount(f"p{n}", "P" * 60, OLD)) for n in range(9)]
    site = await bench.site(directory)
    told = await bench.directory("demo").changes(None)
    assert sorted(p.subject for p in told.persons) == sorted(made)
    assert served(site) == 3


async def test_writeback_and_unlocking_are_switched_off_each_for_itself(
    bench: Bench, directory: AdministeredDirectory, ana: SubjectId
) -> None:
    """By the bot's settings; nothing is even asked of the agent then."""
    site = await bench.site(directory)
    off = AgentDirectory("demo", bench.relay, writeback=False)
    resets = AgentDirectory("demo", bench.relay, unlocks=False)
    for asked in (off.reset(ana, NEW), off.unlock(ana), resets.unlock(ana)):
        with pytest.raises(Rejected, match=r"writeback\.off"):
            await asked
    assert served(site) == 0
    await resets.reset(ana, NEW)
    assert await directory.sign_in(ana, NEW) is SignIn.RIGHT
