"""The demo's writeback agent: real keys, wire, seals and limits, over loopback, before a directory in a file of its own."""

import asyncio
import shutil
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from adapters.web.demo_port import AgentDid, AgentSeen
from adapters.writeback.agent_limits import EVERYBODY, AgentLimits
from adapters.writeback.dialler import Dialler
from adapters.writeback.enrolment import fingerprint_of
from adapters.writeback.executor import Executor
from adapters.writeback.key_file import KeyFile
from adapters.writeback.log_file import LogFile
from adapters.writeback.request_ledger import RequestLedger
from adapters.writeback.rpc import CHANGING, Verb
from adapters.writeback.sealing import public
from bot.app.parts import Parts
from bot.directory.interfaces import Directory, Unreachable
from bot.model.agents import Agent, AgentId, Invitation, Stand
from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.errors import OperatorError
from bot.settings.demo import PREMISES, premises_of
from bot.settings.settings import SQLITE, Settings
from bot.writeback.agent_mac import sealed_agent, signer
from bot.writeback.enrolment_codes import handle
from store.argon2_hash import Hasher
from store.directory import EmbeddedDirectory
from store.open import Store, open_store

NAME = "demo-dc1"  # what its machine calls itself
TOLD = frozenset({*CHANGING, Verb.SIGN_IN})  # what is worth telling of its log
SWITCHED, PAUSE = 5.0, 0.1  # seconds until a switch shows at the latest, and between looks
LIFE = 60.0  # seconds of the invitation that enrols it


def furnish(settings: Settings) -> None:
    """A second database beside a demo's that is new and empty still; whoever has an older demo keeps it as it is."""
    folder = premises_of(settings)
    folder.mkdir(mode=0o700, exist_ok=True)
    shutil.copy(str(settings.sqlite), folder / "directory.sqlite3")


async def premises_store(app: Parts) -> Store:
    """The agent's own, which nothing but the agent reads."""
    return await open_store(f"{SQLITE}{premises_of(app.settings) / 'directory.sqlite3'}", app.world, app.keys)


async def demo_agent(app: Parts) -> "DemoAgent | None":
    """Enrolled on its first day; None: a demo from before there was one."""
    folder = premises_of(app.settings)
    if PREMISES not in app.settings.directories or not app.is_demo:
        return None
    url = f"http://127.0.0.1:{app.settings.port}"  # a demo may move to another port
    own = replace(await _keys(app, folder / "agent.keys", url), url=url)
    limits = AgentLimits(groups=(EVERYBODY,), stop_file=folder / "stop")
    store, noted = await premises_store(app), NotedLog(LogFile(folder / "agent.log", app.world), app.world)
    directory = EmbeddedDirectory(PREMISES, store.database, app.world, Hasher(app.world))
    ledger = RequestLedger(folder / "agent.ledger", app.world)
    line = Dialler(Executor(own, directory, limits, ledger, app.world, noted), None, app.world, noted)
    return DemoAgent(line, app.directories[PREMISES], app.writeback.relay.standing, store, noted)


async def _keys(app: Parts, path: Path, url: str) -> KeyFile:
    """Nobody compares a fingerprint here: both ends are this very process, and the store is a demo's."""
    with suppress(OperatorError):
        return KeyFile.load(path)
    world, fresh = app.world, KeyFile.fresh(path, url, app.world)
    new = Agent(
        AgentId(world.id("agent")), PREMISES, NAME, public(fresh.identity), "demo", "demo", Stand.APPROVED, app.keys.current
    )
    agent = sealed_agent(app.keys, replace(new, at=world.now()))
    invitation, agents = Invitation(handle(world), PREMISES, "demo", world.now() + LIFE), app.store.agents
    await agents.invite(invitation, Audited("demo:agent:invited", agent.id))
    await agents.enrol(invitation.id, agent, Audited("demo:agent:enrolled", agent.id))
    bot_key = signer(app.keys, agent).public_key().public_bytes_raw().hex()
    own = replace(fresh, agent=agent.id, directory=PREMISES, bot_key=bot_key)
    own.save()
    return own


@dataclass
class NotedLog:
    """The agent's log file, whose newest lines are shown as well."""

    file: LogFile
    world: World
    newest: deque[AgentDid] = field(default_factory=lambda: deque(maxlen=4))

    def note(self, event: str, **values: object) -> None:
        self.file.note(event, **values)
        if values.get("verb") in TOLD:
            self.newest.appendleft(AgentDid(self.world.now(), str(values["verb"]), str(values["outcome"])))


@dataclass(frozen=True)
class DemoAgent:
    """Implements `DemoPremises` of the demo page. It is stopped as any agent is: by its stop file."""

    line: Dialler
    directory: Directory
    standing: Callable[[str], Coroutine[Any, Any, Any]]
    store: Store
    noted: NotedLog

    async def forever(self) -> None:
        """Dials until cancelled."""
        try:
            await self.line.forever()
        finally:
            self.line.executor.ledger.close()
            self.noted.file.close()
            await self.store.close()

    async def seen(self) -> AgentSeen:
        """Both legs, each as it is at this moment."""
        there = await self.standing(PREMISES)
        answers = False
        with suppress(Unreachable):
            answers = bool(there) and (await self.directory.health()).ok
        since = min((known.presence.since for known in there), default=0.0)
        fingerprint = fingerprint_of(self.line.executor.keys)
        return AgentSeen(PREMISES, NAME, fingerprint, bool(there), answers, since, tuple(self.noted.newest))

    async def switch(self, *, on: bool) -> None:
        """Returns when it shows, or after a while."""
        stop = self.line.executor.limits.stop_file
        stop.unlink(missing_ok=True) if on else stop.touch()
        until = asyncio.get_running_loop().time() + SWITCHED
        while bool(await self.standing(PREMISES)) is not on and asyncio.get_running_loop().time() < until:  # noqa: ASYNC110 - other processes may hold the connection
            await asyncio.sleep(PAUSE)
