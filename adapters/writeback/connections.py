"""One agent's connection to this process: what is asked through it, and what comes back."""

import asyncio
from dataclasses import dataclass, field

import structlog
from aiohttp import WSMsgType
from aiohttp.web import WebSocketResponse

from adapters.writeback.messages import AgentAnswer, Bye, Envelope, Garbage, Joined, Ready
from adapters.writeback.sealing import Forged
from bot.directory.interfaces import Unreachable
from bot.model.agents import AgentId

log = structlog.get_logger()


class Cut(Unreachable):
    """The connection was cut before the answer came."""


@dataclass
class AgentConnection:
    """Proved already to be who it says. `ready`: its newest word on which key to seal to, with its signature."""

    agent: AgentId
    key: str
    challenge: str
    ready: Envelope
    ws: WebSocketResponse
    since: float
    why: str = ""  # what it said when it left
    announced: asyncio.Event = field(default_factory=asyncio.Event)  # it has said another key
    _waiting: dict[str, asyncio.Future[Envelope]] = field(default_factory=dict)

    async def send_request(self, id: str, text: str, seconds: float) -> Envelope:
        """The answer's envelope, signature checked. Raises Cut, or Unreachable when it doesn't come in time."""
        answer: asyncio.Future[Envelope] = asyncio.get_running_loop().create_future()
        self._waiting[id] = answer
        try:
            async with asyncio.timeout(seconds):
                await self.ws.send_str(text)
                return await answer
        except (OSError, RuntimeError) as cut:  # RuntimeError: aiohttp's, for a closed socket
            raise Cut from cut
        except TimeoutError as late:
            raise Unreachable from late
        finally:
            del self._waiting[id]

    async def receive(self) -> None:
        """Answers and announcements, until it ends. Whoever says what isn't its own is cut off."""
        joined = Joined()
        try:
            async for message in self.ws:
                if envelope := joined.add(message.data if message.type is WSMsgType.TEXT else ""):
                    self._take(envelope)
        except (Garbage, Forged) as no:
            log.warning("agent.cut_off", agent=self.agent, why=type(no).__name__)
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(Cut())
            await self.ws.close()

    def _take(self, envelope: Envelope) -> None:
        """Hands on one message of the agent's. Raises Garbage or Forged."""
        match envelope.kind:
            case AgentAnswer.kind:
                answer = envelope.read(AgentAnswer, self.key)
                waiting = self._waiting.get(answer.id)
                if answer.agent == self.agent and waiting and not waiting.done():
                    waiting.set_result(envelope)
            case Ready.kind:
                ready = envelope.read(Ready, self.key)
                if (ready.agent, ready.challenge) != (self.agent, self.challenge):
                    raise Forged("ready")
                self.ready = envelope
                self.announced.set()
            case _:
                bye = envelope.read(Bye, self.key)
                if bye.challenge == self.challenge and bye.why.isidentifier():
                    self.why = bye.why[:40]
