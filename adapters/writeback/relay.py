"""The bot's end of the wire: it chooses an agent that is there, signs and seals a request for it alone, and waits for its word."""

import asyncio
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import structlog

from adapters.writeback.connections import AgentConnection
from adapters.writeback.messages import LIFE, LONGER, AgentAnswer, Envelope, Garbage, Ready, Request, enveloped, opened
from adapters.writeback.rpc import ONCE, Call, Verb, patience
from adapters.writeback.sealing import Forged, key_id, seal
from bot.directory.interfaces import Rejected, Unreachable
from bot.engine.wakeups import Wakeups
from bot.model.agents import AgentId, KnownAgent, Posted, Presence, Stand
from bot.platform.clock import World
from bot.platform.ids import ConversationId
from bot.platform.keyring import Keys, UnknownKey
from bot.writeback.agent_mac import genuine, signer
from bot.writeback.interfaces import AgentStore

SEEN = 15.0  # seconds between notes that a connection is still there
POLL = 0.25  # seconds between looks when nobody rings
LONGEST = patience(Verb.CHANGES) + LONGER
WORDS = re.compile(r"[a-z_]+(\.[a-z_]+)+")  # a sentence of the catalogue, and no text of the agent's own
log = structlog.get_logger()


class NotDone(Exception):  # noqa: N818 - says what came
    """It surely wasn't done, by this agent: another one may be asked."""


@dataclass
class Relay:
    """One for each process. Its `wakeups` ring for requests and answers that another process has put into the database."""

    agents: AgentStore
    keys: Keys
    world: World
    wakeups: Wakeups = field(default_factory=Wakeups)
    connections: dict[AgentId, AgentConnection] = field(default_factory=dict)
    turn: int = 0  # of the agents that share the work
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.replica = self.world.id("replica")

    async def call_agent(self, directory: str, call: Call) -> str:
        """The answer as JSON. Raises Rejected, or Unreachable when nobody answered or it is open what happened.

        Another agent is asked only for what may be asked twice, or when the first one surely hasn't done it.
        """
        for known in await self.standing(directory):
            try:
                return await self._send(known, call)
            except NotDone as no:
                log.warning("agent.passed", agent=known.agent.id, why=str(no))
            except Unreachable:
                if call.verb in ONCE:
                    raise
        raise Unreachable(unsent=True)  # whoever may be asked once was asked by nobody

    async def standing(self, directory: str) -> Sequence[KnownAgent]:
        """The approved agents that are there, those connected to this process first, and each of them in turn."""
        now, everybody = self.world.now(), await self.agents.agents()
        mine = [k for k in everybody if k.agent.directory == directory and k.agent.stand is Stand.APPROVED]
        there = [self._as_here(k) for k in mine if genuine(self.keys, k.agent) and self._there(k, now)]
        self.turn += 1
        turned = [there[(place + self.turn) % len(there)] for place in range(len(there))]
        return sorted(turned, key=lambda known: known.agent.id not in self.connections)

    def _there(self, known: KnownAgent, now: float) -> bool:
        """Connected here, or to another process as far as is known."""
        elsewhere = known.alive(now) and known.presence.replica != self.replica
        return known.agent.id in self.connections or elsewhere

    def _as_here(self, known: KnownAgent) -> KnownAgent:
        """A connection of this process is known better here than on disk."""
        if connection := self.connections.get(known.agent.id):
            return replace(known, presence=Presence(connection.since, self.world.now(), self.replica, connection.ready.text))
        return known

    async def _send(self, known: KnownAgent, call: Call) -> str:
        request, text = self._request(known, call)
        wait = patience(call.verb) + LONGER
        connection = self.connections.get(known.agent.id)
        envelope = await (
            connection.send_request(request.id, text, wait) if connection else self._elsewhere(known, request, text, wait)
        )
        try:
            answer = envelope.read(AgentAnswer, known.agent.key)
        except (Forged, Garbage) as no:
            raise Unreachable from no
        if (answer.id, answer.agent) != (request.id, known.agent.id):
            raise Unreachable
        return _result(answer)

    def _request(self, known: KnownAgent, call: Call) -> tuple[Request, str]:
        """As it is, and as it travels. Raises NotDone when there is no key to seal to, or to sign with."""
        try:
            sealing, key = self._ready(known).sealing, signer(self.keys, known.agent)
            now, id = self.world.now(), self.world.id("request")
            bare = Request(
                id,
                known.agent.id,
                known.agent.directory,
                call.verb,
                call.action,
                call.subject,
                now,
                now + LIFE,
                key_id(sealing),
                "",
            )
            request = replace(bare, sealed=seal(sealing, bare.about, json.dumps(dict(call.arguments))))
            return request, enveloped(request, key).text
        except (Forged, Garbage, ValueError, UnknownKey) as no:
            raise NotDone(type(no).__name__) from no

    def _ready(self, known: KnownAgent) -> Ready:
        """Its own word on which key to seal to. Raises Forged, Garbage."""
        ready = opened(known.presence.sealing).read(Ready, known.agent.key)
        if ready.agent != known.agent.id:
            raise Forged("ready")
        return ready

    async def _elsewhere(self, known: KnownAgent, request: Request, text: str, wait: float) -> Envelope:
        """Through the database, and the process that holds the agent's connection. What it holds is signed, and sealed to the agent."""
        await self.agents.post(Posted(request.id, known.agent.id, text), request.expires)
        try:
            async with asyncio.timeout(wait):
                while (answer := await self.agents.fetch(request.id)) is None:
                    await self.wakeups.wait(ConversationId(request.id), POLL)
            return opened(answer)
        except (TimeoutError, Garbage) as no:
            raise Unreachable from no

    # ------------------------------------------------ connections of this process

    async def connected(self, connection: AgentConnection) -> None:
        """Holds an agent's connection until it is cut."""
        if former := self.connections.get(connection.agent):
            await former.ws.close()
        self.connections[connection.agent] = connection
        log.info("agent.connected", agent=connection.agent)
        noting = asyncio.create_task(self._noting(connection))
        try:
            await connection.receive()
        finally:
            noting.cancel()
            with suppress(asyncio.CancelledError):
                await noting
            if self.connections.get(connection.agent) is connection:
                del self.connections[connection.agent]
                log.warning("agent.gone", agent=connection.agent, why=connection.why)
                await self.agents.gone(connection.agent, self.replica, connection.why)

    async def _noting(self, connection: AgentConnection) -> None:
        while True:
            connection.announced.clear()
            with suppress(Exception):  # the database is away: it is noted the next time
                now = self.world.now()
                await self.agents.present(connection.agent, Presence(connection.since, now, self.replica, connection.ready.text))
            with suppress(TimeoutError):
                await asyncio.wait_for(connection.announced.wait(), SEEN)

    async def forever(self) -> None:
        """Hands on what other processes ask of agents that are connected here; at its end all lines are cut."""
        try:
            while True:
                try:
                    for posted in await self.agents.take_posted(tuple(self.connections)) if self.connections else ():
                        task = asyncio.create_task(self._hand_on(posted))
                        self._tasks.add(task)
                        task.add_done_callback(self._tasks.discard)
                except Exception:
                    log.exception("relay.failed")
                await self.wakeups.wait_for_any("relay", POLL)
        finally:
            for connection in list(self.connections.values()):
                await connection.ws.close()

    async def _hand_on(self, posted: Posted) -> None:
        """Who asked hears nothing when there is no answer, and takes it for that."""
        if connection := self.connections.get(posted.agent):
            with suppress(Unreachable):
                answer = await connection.send_request(posted.id, posted.text, LONGEST)
                await self.agents.reply(posted.id, answer.text)


def _result(answer: AgentAnswer) -> str:
    match answer.outcome:
        case "done":
            return answer.result
        case "rejected" if WORDS.fullmatch(answer.words):
            raise Rejected(answer.words, answer.args)
        case "refused":
            raise NotDone(answer.words)
        case _:
            raise Unreachable
