"""A writeback agent, put together on its own machine: its keys, its limits, its directory, and its line to the bot."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from adapters.writeback.agent_limits import AgentLimits
from adapters.writeback.dialler import Dialler, trusted
from adapters.writeback.enrolment import enrol_agent, fingerprint_of
from adapters.writeback.executor import Executor
from adapters.writeback.key_file import KeyFile
from adapters.writeback.lock_file import alone
from adapters.writeback.log_file import LogFile
from adapters.writeback.request_ledger import RequestLedger
from bot.app.directories import build_directory
from bot.directory.interfaces import Directory
from bot.doctor.finding import Finding, fail, ok
from bot.notify.directory_watch import health_of
from bot.platform.clock import World
from bot.platform.egress import Egress
from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.settings.agent import AgentSettings, LimitsSection
from store.argon2_hash import Hasher
from store.migrate import tables
from store.open import open_store


def enrol(keys: Path, url: str, code: Secret, name: str, ca_file: Path | None) -> str:
    """New keys that the bot has written down. Returns their fingerprint. Raises OperatorError."""
    if keys.exists():
        raise OperatorError(f"{keys} is there already: this agent is enrolled. Move it away to enrol anew.")
    origin = url.rstrip("/")
    return fingerprint_of(asyncio.run(enrol_agent(origin, code, name, keys, trusted(origin, ca_file), World())))


def fingerprint(settings: AgentSettings) -> str:
    """What an admin compares. Raises OperatorError."""
    return fingerprint_of(KeyFile.load(settings.keys))


def rotate(settings: AgentSettings) -> None:
    """Another key to seal to. A running agent notices, and says so to the bot. Raises OperatorError."""
    KeyFile.load(settings.keys).rotated(World()).save()


async def run(settings: AgentSettings) -> None:
    """Until it is told to stop. Raises OperatorError for what somebody on this machine has to put right first."""
    world = World()
    own, limits = KeyFile.load(settings.keys), _limits(settings.limits)
    with alone(settings.state.with_name(f"{settings.state.name}.lock")):
        async with _directory(own.directory, settings, world) as directory:
            limits.demand_sense(directory)
            journal, ledger = LogFile(settings.log, world), RequestLedger(settings.state, world)
            line = Dialler(
                Executor(own, directory, limits, ledger, world, journal), trusted(own.url, settings.ca_file), world, journal
            )
            journal.note("started", agent=own.agent, fingerprint=fingerprint_of(own))
            try:
                await _until_told(line)
            finally:
                journal.note("ended")
                ledger.close()
                journal.close()


async def check(settings: AgentSettings) -> AsyncIterator[Finding]:
    """What is wrong on this machine. Changes nothing."""
    try:
        own = KeyFile.load(settings.keys)
        yield ok(f"The keys can be read; their fingerprint is {fingerprint_of(own)}.")
        trusted(own.url, settings.ca_file)
        async with _directory(own.directory, settings, World()) as directory:
            _limits(settings.limits).demand_sense(directory)
            yield ok("The limits can be held.")
            health = await health_of(directory)
            yield (
                ok("The directory answers.")
                if health.ok
                else fail(f"The directory isn't well: {health.detail}", "See [directory].")
            )
    except OperatorError as mend:
        yield fail(str(mend), "The sentence says it.")
    if _limits(settings.limits).stopped():
        yield fail(f"The stop file {settings.limits.stop_file} is there, so the agent does nothing.", "Delete it to go on.")


async def _until_told(line: Dialler) -> None:
    """SIGTERM or SIGINT; on Windows, which knows neither for a loop, the end of the process."""
    working = asyncio.create_task(line.forever())
    for signum in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # a system whose event loop knows no signals
            asyncio.get_running_loop().add_signal_handler(signum, working.cancel)
    with suppress(asyncio.CancelledError):
        await working


@asynccontextmanager
async def _directory(name: str, settings: AgentSettings, world: World) -> AsyncIterator[Directory]:
    """The one that this agent serves. An embedded one lives in a file of its own: for a try, and for the tests."""
    if settings.directory.kind != "embedded":
        yield build_directory(name, settings.directory, None, world, Hasher(world), Egress())
        return
    if settings.database is None or not (await tables(f"sqlite:///{settings.database}")).usable:
        raise OperatorError(
            'An embedded directory needs `database = "directory.sqlite3"`, a file that `unlatch migrate` has made.'
        )
    ring = settings.keys.with_name("agent.ring")
    store = await open_store(f"sqlite:///{settings.database}", world, Keys.load(ring) if ring.exists() else Keys.create(ring))
    try:
        yield build_directory(name, settings.directory, store, world, Hasher(world), Egress())
    finally:
        await store.close()


def _limits(section: LimitsSection) -> AgentLimits:
    return AgentLimits(
        section.under,
        section.groups,
        section.never,
        section.unlock_only,
        section.resets_a_minute,
        section.resets_a_day,
        section.tries_a_minute,
        section.stop_file,
    )
