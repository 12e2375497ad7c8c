"""The agent's connection: it dials out, proves who it is and hears who answers, works, and dials again when it is cut."""

import asyncio
import math
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from aiohttp import ClientWebSocketResponse, WSMsgType

from adapters.writeback.executor import AgentLog, Executor
from adapters.writeback.key_file import KeyFile
from adapters.writeback.messages import (
    FRAME,
    SLACK,
    AgentHello,
    Bye,
    Envelope,
    Garbage,
    Joined,
    Ready,
    Welcome,
    enveloped,
    frames,
    opened,
)
from adapters.writeback.sealing import Forged, public
from bot.platform.clock import World
from bot.platform.errors import OperatorError

LIVE = "/agent/live"
HEARTBEAT = 10.0  # seconds between pings; half of it without a pong ends the connection
GREETING = 10.0  # seconds for connecting and for each word of the greeting
FIRST, LONGEST = 0.5, 30.0  # seconds before it dials again: the first time, and at most
SKEW = 60.0  # seconds that this machine's clock may differ from the bot's
LOOK = 0.5  # seconds between looks at the stop file and the keys
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Unwelcome(Exception):  # noqa: N818 - says why there is no connection
    """Whoever answers isn't our bot, or doesn't want us, or its clock is another one."""


def trusted(url: str, ca_file: Path | None) -> ssl.SSLContext | None:
    """How certificates are checked: always, but for a bot on this very machine. Raises OperatorError for any other address in clear."""
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname in LOCAL:
        return None
    if parts.scheme != "https" or not parts.hostname:
        raise OperatorError(f"{url} isn't an https:// address; nothing is sent in clear.")
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError):
        raise OperatorError(f"{ca_file} can't be read as CA certificates (PEM).") from None


@dataclass
class Dialler:
    """`executor.keys` are read anew when their file changes. `pause` waits before dialling again."""

    executor: Executor
    tls: ssl.SSLContext | None
    world: World
    agent_log: AgentLog
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    challenge: str = ""
    ws: ClientWebSocketResponse | None = None  # the connection that is made; None: there is none
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _speaking: asyncio.Lock = field(default_factory=asyncio.Lock)  # nothing comes between the frames of one envelope
    _version: float = field(init=False)

    def __post_init__(self) -> None:
        self._version = _changed(self.executor.keys.path)

    async def forever(self) -> None:
        """Until cancelled. The pause grows with each try that fails, and half of it is chance, so that agents don't come all at once."""
        fails = 0
        async with aiohttp.ClientSession(trust_env=True) as session:
            while True:
                if not self.executor.limits.stopped():
                    fails = 0 if await self._once(session) else fails + 1
                most = min(LONGEST, FIRST * 2 ** min(fails, 10))
                await self.pause(most / 2 + most / 2 * self.world.bytes(1)[0] / 255)

    async def _once(self, session: aiohttp.ClientSession) -> bool:
        """One connection, from dialling to its end. Whether there was one at all."""
        made = False
        try:
            url = f"{self.executor.keys.url}{LIVE}"
            tls = self.tls if self.tls is not None else True
            async with asyncio.timeout(GREETING):
                ws = await session.ws_connect(url, ssl=tls, heartbeat=HEARTBEAT, max_msg_size=FRAME, autoping=True)
            async with ws:
                await self._greet(ws)
                made, self.ws = True, ws
                await self._work(ws)
        except (aiohttp.ClientError, OSError, TimeoutError, Unwelcome, Forged, Garbage) as cut:
            self.agent_log.note("line.cut", made=made, why=str(cut) if isinstance(cut, Unwelcome) else type(cut).__name__)
        finally:
            self.ws = None
        return made

    async def _greet(self, ws: ClientWebSocketResponse) -> None:
        """Both prove who they are; then the clocks are compared. What it took to ask is how much the comparison can be wrong."""
        keys, nonce, asked = self.executor.keys, self.world.bytes(16).hex(), self.world.now()
        await self._send(ws, enveloped(AgentHello(keys.agent, nonce)))
        welcome = (await _heard(ws)).read(Welcome, keys.bot_key)
        took = self.world.now() - asked
        if (welcome.agent, welcome.nonce) != (keys.agent, nonce):
            raise Unwelcome("an answer to another greeting")
        ahead = welcome.now - self.world.now() + took / 2
        if not math.isfinite(ahead) or abs(ahead) > SKEW or not 0 <= took <= SLACK:
            raise Unwelcome(f"clocks are {ahead:.0f} seconds apart, and the answer took {took:.1f}")
        self.executor.ahead, self.challenge = ahead, welcome.challenge
        await self._announce(ws)
        self.agent_log.note("line.made", ahead=round(ahead, 1))

    async def _announce(self, ws: ClientWebSocketResponse) -> None:
        """Tells the bot which key to seal to."""
        keys = self.executor.keys
        ready = Ready(keys.agent, self.challenge, public(keys.sealing[0].key), metadata.version("unlatch"))
        await self._send(ws, enveloped(ready, keys.identity))

    async def _work(self, ws: ClientWebSocketResponse) -> None:
        watch, joined = asyncio.create_task(self._watch(ws)), Joined()
        try:
            async for message in ws:
                if envelope := joined.add(message.data if message.type is WSMsgType.TEXT else ""):
                    task = asyncio.create_task(self._answer(ws, envelope))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch

    async def _answer(self, ws: ClientWebSocketResponse, envelope: Envelope) -> None:
        answer = await self.executor.answer(envelope)
        if answer is None:
            return
        with suppress(OSError, aiohttp.ClientError):  # the connection is cut; the bot takes silence for what it is
            await self._send(ws, answer)

    async def _watch(self, ws: ClientWebSocketResponse) -> None:
        """Beside the work: somebody may say stop, or the keys may have changed, here or by `unlatch agent rotate`."""
        while not self.executor.limits.stopped():
            await asyncio.sleep(LOOK)
            if self._renewed():
                await self._announce(ws)
        self.agent_log.note("stopped")
        keys = self.executor.keys
        await self._send(ws, enveloped(Bye(keys.agent, "stop_file", self.challenge), keys.identity))
        await ws.close()

    async def _send(self, ws: ClientWebSocketResponse, envelope: Envelope) -> None:
        async with self._speaking:
            for frame in frames(envelope):
                await ws.send_str(frame)

    def _renewed(self) -> bool:
        keys = self.executor.keys
        if (version := _changed(keys.path)) != self._version:
            self._version = version
            with suppress(OperatorError):  # it is being written, or somebody was at it: the ones in hand go on
                self.executor.keys = KeyFile.load(keys.path)
        current = self.executor.keys.current(self.world)
        if current is not self.executor.keys:
            current.save()
            self.executor.keys, self._version = current, _changed(keys.path)
            self.agent_log.note("keys.renewed", sealing=current.sealing[0].id)
        return self.executor.keys is not keys


async def _heard(ws: ClientWebSocketResponse) -> Envelope:
    message = await ws.receive(GREETING)
    if message.type is not WSMsgType.TEXT:
        raise Unwelcome(f"turned away ({message.data or 'closed'})")
    return opened(message.data)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0.0
