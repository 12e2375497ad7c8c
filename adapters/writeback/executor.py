"""What an agent does with a request: doubt it, hold it to the limits of this machine, carry it out, and say what came of it."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from adapters.writeback.agent_limits import AgentLimits, LimitReached
from adapters.writeback.key_file import KeyFile
from adapters.writeback.messages import LIFE, SLACK, AgentAnswer, Envelope, Garbage, Request, enveloped
from adapters.writeback.paging import PagedAnswers
from adapters.writeback.request_ledger import CHANGED, TRIED, RequestLedger
from adapters.writeback.rpc import CHANGING, ONCE, Call, Verb, carry_out, patience
from adapters.writeback.sealing import Forged, unseal
from bot.directory.interfaces import Directory, Rejected, Unreachable
from bot.platform.clock import World

AT_ONCE = 8  # requests that are carried out side by side
A_DAY = 10**9  # no limit of its own


class AgentLog(Protocol):
    """Where an agent writes down what it was asked and did."""

    def note(self, event: str, **values: object) -> None:
        """One line. Never a password, a sign-in name or an answer."""


@dataclass
class Executor:
    """`ahead`: seconds that the bot's clock is ahead of ours, as it was measured when the connection was made."""

    keys: KeyFile
    directory: Directory
    limits: AgentLimits
    ledger: RequestLedger
    world: World
    agent_log: AgentLog
    ahead: float = 0.0
    paged: PagedAnswers = field(init=False)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def __post_init__(self) -> None:
        self.paged = PagedAnswers(self.world)

    async def answer(self, envelope: Envelope) -> Envelope | None:
        """None for what the bot's pinned key didn't sign: whoever sent it is told nothing."""
        try:
            request = envelope.read(Request, self.keys.bot_key)
        except (Forged, Garbage) as no:
            self.agent_log.note("request.not_genuine", why=type(no).__name__)
            return None
        answer = await self._answered(request)
        self.agent_log.note(
            "request", id=request.id, verb=request.verb, subject=request.subject, outcome=answer.outcome, words=answer.words
        )
        return enveloped(answer, self.keys.identity)

    async def _answered(self, request: Request) -> AgentAnswer:
        try:
            call = self._accepted(request)
            async with self._room, asyncio.timeout(patience(call.verb)):
                return self._says(request, "done", result=await self._done(call, request))
        except Rejected as no:
            return self._says(request, "rejected", no.words, no.args_)
        except LimitReached as no:
            return self._says(request, "refused", str(no))
        except (Garbage, Forged) as no:
            return self._says(request, "refused", type(no).__name__)
        except (Unreachable, OSError, TimeoutError):
            return self._says(request, "unreachable")
        except Exception as fault:  # noqa: BLE001 - whatever the directory's adapter raises: open what happened
            self.agent_log.note("request.fault", id=request.id, fault=type(fault).__name__)
            return self._says(request, "unreachable")

    def _accepted(self, request: Request) -> Call:
        """Genuine already; now: for us, in time, for the first time, and sealed to us. Raises LimitReached, Forged."""
        if (request.agent, request.directory) != (self.keys.agent, self.directory.name):
            raise LimitReached("not for me")
        if not 0 < request.expires - request.issued <= LIFE or request.issued > self._bots_time() + SLACK:
            raise LimitReached("not a time that I accept")
        self._in_time(request)
        verb = _verb(request)
        if not self.ledger.first_time(request.id, request.expires, durable=verb in ONCE):
            raise LimitReached("seen before")
        key = self.keys.sealing_for(request.key, self.world.now())
        return Call(verb, request.subject, request.action, _arguments(unseal(key, request.about, request.sealed)))

    async def _done(self, call: Call, request: Request) -> str:
        """The last look at clock, stop file and counters is right before the act."""
        await self.limits.demand(call, self.directory)
        self._in_time(request)
        if call.verb in CHANGING and not self.ledger.allowed(CHANGED, self.limits.a_minute, self.limits.a_day):
            raise Rejected("writeback.too_many")
        if call.verb is Verb.SIGN_IN and not self.ledger.allowed(TRIED, self.limits.tries_a_minute, A_DAY):
            raise LimitReached("too many tries")
        return await carry_out(self.directory, call, self.paged)

    def _in_time(self, request: Request) -> None:
        if self.limits.stopped():
            raise LimitReached("stopped")
        if request.expires <= self._bots_time():
            raise LimitReached("too late")

    def _bots_time(self) -> float:
        return self.world.now() + self.ahead

    def _says(
        self, request: Request, outcome: str, words: str = "", args: tuple[tuple[str, str], ...] = (), result: str = "null"
    ) -> AgentAnswer:
        return AgentAnswer(request.id, self.keys.agent, outcome, words, args, result)


def _verb(request: Request) -> Verb:
    try:
        return Verb(request.verb)
    except ValueError:
        raise Garbage("verb") from None


def _arguments(plain: str) -> dict[str, Any]:
    try:
        found = json.loads(plain)
    except ValueError:
        raise Garbage("arguments") from None
    if not isinstance(found, dict):
        raise Garbage("arguments")
    return found
