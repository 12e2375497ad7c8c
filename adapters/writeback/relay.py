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


class Passed(Exception):  # noqa: N818 - says what came
    """It surely wasn't done, by this agent: another one may be asked."""


@dataclass
class Relay:
    """One for each process. Its `bell` rings for requests and answers that another process has put into the database."""

    agents: AgentStore
    keys: Keys
    world: World
    wakeups: Wakeups = field(default_factory=Wakeups)
    links: dict[AgentId, AgentConnection] = field(default_factory=dict)
    turn: int = 0  # of the agents that share the work
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.replica = self.world.id("replica")

    async def ask(self, directory: str, call: Call) -> str:
        """The answer as JSON. Raises Rejected, or Unreachable when nobody answered or it is open what happened.

        Another agent is asked only for what may be asked twice, or when the first one surely hasn't done it.
        """
        for known in await self.standing(directory):
            try:
                return await self._asked(known, call)
            except Passed as no:
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
        return sorted(turned, key=lambda known: known.agent.id not in self.links)

    def _there(self, known: KnownAgent, now: float) -> bool:
        """Connected here, or to another process as far as is known."""
        elsewhere = known.alive(now) and known.presence.replica != self.replica
        return known.agent.id in self.links or elsewhere

    def _as_here(self, known: KnownAgent) -> KnownAgent:
        """A connection of this process is known better here than on disk."""
        if link := self.links.get(known.agent.id):
            return replace(known, presence=Presence(link.since, self.world.now(), self.replica, link.ready.text))
        return known

    async def _asked(self, known: KnownAgent, call: Call) -> str:
        request, text = self._request(known, call)
        wait = patience(call.verb) + LONGER
        link = self.links.get(known.agent.id)
        envelope = await (link.ask(request.id, text, wait) if link else self._elsewhere(known, request, text, wait))
        try:
            answer = envelope.read(AgentAnswer, known.agent.key)
        except (Forged, Garbage) as no:
            raise Unreachable from no
        if (answer.id, answer.agent) != (request.id, known.agent.id):
            raise Unreachable
        return _told(answer)

    def _request(self, known: KnownAgent, call: Call) -> tuple[Request, str]:
        """As it is, and as it travels. Raises Passed when there is no key to seal to, or to sign with."""
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
            raise Passed(type(no).__name__) from no

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

    async def connected(self, link: AgentConnection) -> None:
        """Until its line is cut."""
        if former := self.links.get(link.agent):
            await former.ws.close()
        self.links[link.agent] = link
        log.info("agent.connected", agent=link.agent)
        noting = asyncio.create_task(self._noting(link))
        try:
            await link.hear()
        finally:
            noting.cancel()
            with suppress(asyncio.CancelledError):
                await noting
            if self.links.get(link.agent) is link:
                del self.links[link.agent]
                log.warning("agent.gone", agent=link.agent, why=link.why)
                await self.agents.gone(link.agent, self.replica, link.why)

    async def _noting(self, link: AgentConnection) -> None:
        while True:
            link.announced.clear()
            with suppress(Exception):  # the database is away: it is noted the next time
                now = self.world.now()
                await self.agents.present(link.agent, Presence(link.since, now, self.replica, link.ready.text))
            with suppress(TimeoutError):
                await asyncio.wait_for(link.announced.wait(), SEEN)

    async def forever(self) -> None:
        """Hands on what other processes ask of agents that are connected here; at its end all lines are cut."""
        try:
            while True:
                try:
                    for posted in await self.agents.take(tuple(self.links)) if self.links else ():
                        task = asyncio.create_task(self._hand_on(posted))
                        self._tasks.add(task)
                        task.add_done_callback(self._tasks.discard)
                except Exception:
                    log.exception("relay.failed")
                await self.wakeups.stirred("relay", POLL)
        finally:
            for link in list(self.links.values()):
                await link.ws.close()

    async def _hand_on(self, posted: Posted) -> None:
        """Who asked hears nothing when there is no answer, and takes it for that."""
        if link := self.links.get(posted.agent):
            with suppress(Unreachable):
                answer = await link.ask(posted.id, posted.text, LONGEST)
                await self.agents.reply(posted.id, answer.text)


def _told(answer: AgentAnswer) -> str:
    match answer.outcome:
        case "done":
            return answer.result
        case "rejected" if WORDS.fullmatch(answer.words):
            raise Rejected(answer.words, answer.args)
        case "refused":
            raise Passed(answer.words)
        case _:
            raise Unreachable
