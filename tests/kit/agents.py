"""A writeback agent in this process over a real WebSocket on loopback: keys given by hand, so that no story has to be told first."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import text

from adapters.writeback.agent_limits import AgentLimits
from adapters.writeback.dialler import Dialler
from adapters.writeback.directory import AgentDirectory
from adapters.writeback.endpoint import AgentEndpoint
from adapters.writeback.executor import Executor
from adapters.writeback.key_file import KeyFile
from adapters.writeback.relay import Relay
from adapters.writeback.request_ledger import RequestLedger
from adapters.writeback.sealing import public
from bot.directory.interfaces import Directory
from bot.model.agents import Agent, AgentId, Invitation, InvitationId, Stand
from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.keyring import Keys
from bot.platform.set_seals import SetKind
from bot.writeback.agent_mac import sealed_agent, signer
from bot.writeback.enrolling import Enrolling
from bot.writeback.enrolment_codes import code, grouped, handle
from store.open import Store
from tests.kit.signing import as_ours

LET_IN = text("update writeback_agent set stand = 'approved', approved_by = 'demo:admin', mac = :mac where id = :id")
GENEROUS = AgentLimits(groups=("*",), a_minute=10**6, a_day=10**6, tries_a_minute=10**6)


@dataclass
class Noted:
    """The agent's log, to be read by a test."""

    lines: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def note(self, event: str, **values: object) -> None:
        self.lines.append((event, values))

    def events(self) -> list[str]:
        return [event for event, _ in self.lines]


@dataclass
class Site:
    """One agent's machine."""

    executor: Executor
    line: Dialler
    journal: Noted
    task: "asyncio.Task[None] | None" = None

    @property
    def ws(self) -> "aiohttp.ClientWebSocketResponse | None":
        """Its end of the line."""
        return self.line.ws

    @property
    def id(self) -> AgentId:
        return AgentId(self.executor.keys.agent)

    def dials(self) -> None:
        self.task = asyncio.create_task(self.line.forever())

    async def dies(self) -> None:
        """Kill -9, as the bot sees it: the socket is gone."""
        if self.task:
            self.task.cancel()
            with suppress(asyncio.CancelledError):
                await self.task
        self.executor.ledger.close()


@dataclass
class Bench:
    """One bot process with its relay on a port of its own, and the agents that dial it."""

    store: Store
    keys: Keys
    world: World
    folder: Path = field(default_factory=lambda: Path(mkdtemp(prefix="unlatch-agents-")))
    sites: list[Site] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.relay = Relay(self.store.agents, self.keys, self.world)
        self.enrolling = Enrolling(self.store.agents, self.store.records, self.keys, self.world)

    async def opens(self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> "Bench":
        app = web.Application()
        app.add_routes(AgentEndpoint(self.relay, self.enrolling).routes)
        self.server = TestServer(app, scheme="https" if tls else "http", host=host, shutdown_timeout=0.1)
        await self.server.start_server(ssl=tls)
        self.forwarding = asyncio.create_task(self.relay.forever())
        return self

    @property
    def url(self) -> str:
        return f"{self.server.scheme}://{self.server.host}:{self.server.port}"

    async def site(
        self,
        directory: Directory,
        limits: AgentLimits = GENEROUS,
        *,
        stand: Stand = Stand.APPROVED,
        world: World | None = None,
        patience: float = 20.0,
    ) -> Site:
        """An agent that is on record, and dials."""
        number = len(self.sites)
        where = self.folder / str(number)
        where.mkdir()
        world = world or self.world
        fresh = KeyFile.fresh(where / "agent.keys", self.url, world)
        agent = sealed_agent(self.keys, self.agent(fresh, directory.name, stand))
        await self.on_record(agent)
        bot_key = signer(self.keys, agent).public_key().public_bytes_raw().hex()
        own = replace(fresh, agent=agent.id, directory=directory.name, bot_key=bot_key)
        own.save()
        journal = Noted()
        limits = replace(limits, stop_file=where / "stop")
        executor = Executor(own, directory, limits, RequestLedger(where / "ledger", world), world, journal)
        made = Site(executor, Dialler(executor, None, world, journal), journal)
        self.sites.append(made)
        made.dials()
        await self.until(lambda: made.id in self.relay.connections, patience)
        return made

    async def until_noted(self, id: AgentId) -> None:
        """That it is connected stands in the database, for other processes."""
        for _ in range(500):
            known = await self.store.agents.agent(id)
            if known and known.presence.replica:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("its connection was never noted")

    async def let_in(self, id: AgentId) -> None:
        """As if an admin had."""
        known = await self.store.agents.agent(id)
        assert known
        new = sealed_agent(self.keys, replace(known.agent, stand=Stand.APPROVED, approved_by="demo:admin"))
        async with as_ours(self.store, kind=SetKind.AGENTS) as conn:
            await conn.execute(LET_IN, {"id": id, "mac": new.mac})

    async def code(self, directory: str = "demo") -> str:
        """As the operator gets one."""
        invitation = Invitation(handle(self.world), directory, "operator", self.world.now() + 600)
        await self.store.agents.invite(invitation, Audited("operator:agent:invited", "operator"))
        return grouped(code(self.keys, invitation).reveal())

    def agent(self, own: KeyFile, directory: str, stand: Stand) -> Agent:
        id = AgentId(self.world.id("agent"))
        return Agent(
            id,
            directory,
            f"dc{len(self.sites)}",
            public(own.identity),
            "operator",
            "",
            stand,
            self.keys.current,
            at=self.world.now(),
        )

    async def on_record(self, agent: Agent) -> None:
        invitation = Invitation(InvitationId(self.world.bytes(5).hex()), agent.directory, "operator", self.world.now() + 600)
        await self.store.agents.invite(invitation, Audited("operator:agent:invited", agent.id))
        assert await self.store.agents.enrol(invitation.id, agent, Audited("writeback:agent:enrolled", agent.id))

    def directory(self, name: str) -> AgentDirectory:
        return AgentDirectory(name, self.relay)

    async def until(self, so: object, seconds: float = 20.0) -> None:
        """Real time: a socket is a real one."""
        assert callable(so)
        async with asyncio.timeout(seconds):
            while not so():  # noqa: ASYNC110 - what a test waits for rings no bell
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        for site in self.sites:
            await site.dies()
        self.forwarding.cancel()
        with suppress(asyncio.CancelledError):
            await self.forwarding
        await self.server.close()
