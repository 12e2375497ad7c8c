"""The agent as another process, started as an operator would start it; over TLS, and from a network that nothing gets into."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.directory.interfaces import Person, Rejected, SignIn, Unreachable
from bot.platform.clock import World
from bot.platform.ids import Action
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from store.directory_admin import AdministeredDirectory
from store.open import open_store
from tests.kit.agent_process import Machine
from tests.kit.agents import Bench
from tests.kit.directories import ANA, NEW, OLD
from tests.kit.namespace import Namespace, namespace
from tests.kit.tls import Authority, authority

__all__ = ["namespace"]
pytestmark = pytest.mark.long
HERE = "127.0.0.1"


@pytest_asyncio.fixture
async def real(sqlite: str, tmp_path: Path) -> AsyncIterator[Bench]:
    """A bot in real time, not listening yet."""
    world, keys = World(), Keys.create(tmp_path / "bot.ring")
    store = await open_store(sqlite, world, keys)
    yield Bench(store, keys, world)
    await store.close()


@pytest_asyncio.fixture
async def machine(tmp_path: Path) -> AsyncIterator[Machine]:
    made = Machine(tmp_path / "machine")
    yield made
    await made.close()


async def working(
    bench: Bench, machine: Machine, migrated: Path, tls: Authority | None, limits: str = ""
) -> AdministeredDirectory:
    """Enrolled with a code, let in, and running."""
    directory = await machine.furnished(migrated, tls.ca_file if tls else None, limits)
    trust = ("--ca", str(tls.ca_file)) if tls else ()
    code, said = await machine.says("enrol", "--url", bench.url, "--code", await bench.code(), "--name", "dc1", *trust)
    assert code == 0, said
    assert (await machine.says("fingerprint"))[1].strip() in said
    machine.starts()
    await bench.until(lambda: machine.id in bench.relay.connections, 20)
    ana = await directory.create(ANA)
    with pytest.raises(Unreachable):
        await bench.directory("demo").reset(ana, NEW)
    await bench.let_in(machine.id)
    return directory


async def known(bench: Bench) -> Person:
    """Ana, as the bot sees her through the agent."""
    person = await bench.directory("demo").find("ana")
    assert person is not None
    return person


async def test_an_agent_in_another_process_resets_unlocks_and_is_started_anew(
    real: Bench, machine: Machine, migrated: Path, tmp_path: Path
) -> None:
    bench = await real.opens(tls=(tls := authority(tmp_path / "tls", HERE)).server)
    directory = await working(bench, machine, migrated, tls)
    through = bench.directory("demo")
    person = await known(bench)
    await directory.lock(person.subject)
    await through.unlock(person.subject)
    await through.reset(person.subject, NEW)
    assert await directory.sign_in(person.subject, NEW) is SignIn.RIGHT
    assert await directory.sign_in(person.subject, OLD) is SignIn.WRONG
    machine.ends(signal.SIGKILL)
    await bench.until(lambda: not bench.relay.connections)
    with pytest.raises(Unreachable):
        await through.reset(person.subject, OLD)
    machine.starts()
    await bench.until(lambda: machine.id in bench.relay.connections, 20)
    await through.reset(person.subject, Secret("Third-Lemon-9-Orbit"))
    assert (await machine.says("rotate"))[0] == 0
    code, said = await machine.says("check")
    assert (code, "The directory answers." in said) == (0, True), said
    (machine.folder / "stop").touch()
    await bench.until(lambda: not bench.relay.connections)
    assert "stop file" in (await machine.says("check"))[1]
    assert machine.ends(signal.SIGTERM) == 0
    assert '"event": "ended"' in machine.log
    for secret in (NEW, OLD, Secret("Third-Lemon-9-Orbit"), Secret("Ferreira")):
        assert secret.reveal() not in machine.log
    await bench.close()


async def test_a_request_that_no_agent_answers_in_time_fails_loudly_and_changes_nothing_later(
    real: Bench, machine: Machine, migrated: Path
) -> None:
    """The machine stands still, as virtual ones do when they are moved, and goes on when the request is over."""
    bench = await real.opens()
    directory = await working(bench, machine, migrated, None)
    through, ana = bench.directory("demo"), (await known(bench)).subject
    assert machine.process
    machine.process.send_signal(signal.SIGSTOP)
    with pytest.raises(Unreachable):
        await through.reset(ana, NEW)
    machine.process.send_signal(signal.SIGCONT)
    await bench.until(lambda: '"words": "too late"' in machine.log or '"event": "line.cut"' in machine.log)
    await bench.until(lambda: machine.id in bench.relay.connections, 40)
    assert await directory.sign_in(ana, OLD) is SignIn.RIGHT
    await through.reset(ana, NEW)
    assert await directory.sign_in(ana, NEW) is SignIn.RIGHT
    await bench.close()


async def test_killed_in_mid_request_it_is_told_as_open_and_its_next_life_repeats_nothing(
    real: Bench, machine: Machine, migrated: Path
) -> None:
    bench = await real.opens()
    directory = await working(bench, machine, migrated, None)
    through, ana = bench.directory("demo"), (await known(bench)).subject
    before = await directory.mark(ana, Action.RESET)
    assert machine.process
    machine.process.send_signal(signal.SIGSTOP)  # so that it is surely asked, and surely has not answered
    asked = asyncio.create_task(through.reset(ana, NEW))
    await bench.until(lambda: any(link._waiting for link in bench.relay.connections.values()))
    machine.ends(signal.SIGKILL)
    with pytest.raises(Unreachable):
        await asked
    await bench.until(lambda: not bench.relay.connections)
    machine.starts()
    await bench.until(lambda: machine.id in bench.relay.connections, 20)
    assert await through.mark(ana, Action.RESET) == before
    assert await directory.sign_in(ana, OLD) is SignIn.RIGHT
    await bench.close()


async def test_two_processes_with_one_agents_files_are_one_too_many(real: Bench, machine: Machine, migrated: Path) -> None:
    bench = await real.opens()
    await working(bench, machine, migrated, None)
    code, said = await machine.says("run")
    assert (code, "Another agent is at work" in said) == (2, True)
    await bench.close()


async def test_its_own_file_has_the_last_word(real: Bench, machine: Machine, migrated: Path) -> None:
    bench = await real.opens()
    directory = await working(bench, machine, migrated, None, "resets_a_day = 2")
    ana = await directory.find("ana")
    assert ana is not None
    for number in range(2):
        await bench.directory("demo").reset(ana.subject, Secret(f"Good-Lemon-{number}-Orbit"))
    machine.ends()
    await bench.until(lambda: not bench.relay.connections)
    machine.starts()
    await bench.until(lambda: machine.id in bench.relay.connections, 20)
    with pytest.raises(Rejected, match=r"writeback\.too_many"):
        await bench.directory("demo").reset(ana.subject, NEW)
    await bench.close()


async def test_a_certificate_of_another_authority_is_not_talked_to(
    real: Bench, machine: Machine, migrated: Path, tmp_path: Path
) -> None:
    bench = await real.opens(tls=authority(tmp_path / "tls", HERE).server)
    other = authority(tmp_path / "other", HERE)
    await machine.furnished(migrated, other.ca_file)
    for trust in ((), ("--ca", str(other.ca_file))):
        code, said = await machine.says("enrol", "--url", bench.url, "--code", await bench.code(), *trust)
        assert (code, "certificate" in said) == (2, True), said
    assert not (machine.folder / "agent.keys").exists()
    code, said = await machine.says("enrol", "--url", "http://192.0.2.1", "--code", await bench.code())
    assert (code, "nothing is sent in clear" in said) == (2, True)
    assert await real.store.agents.agents() == []
    await bench.close()


async def test_from_a_network_that_nothing_gets_into_it_serves_the_bot(
    real: Bench, migrated: Path, tmp_path: Path, namespace: Namespace
) -> None:
    tls = authority(tmp_path / "tls", namespace.outside)
    bench = await real.opens(namespace.outside, tls.server)
    machine = Machine(tmp_path / "machine", namespace.enter)
    try:
        assert namespace.can_be_entered(8404)  # so that the next line says something
        namespace.only_answers_from(bench.server.port or 0)
        assert not namespace.can_be_entered(8404)
        directory = await working(bench, machine, migrated, tls)
        ana = await known(bench)
        await bench.directory("demo").reset(ana.subject, NEW)
        assert await directory.sign_in(ana.subject, NEW) is SignIn.RIGHT
    finally:
        await machine.close()
        await bench.close()
