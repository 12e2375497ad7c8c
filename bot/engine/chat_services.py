"""What a vendor's chat is given of the house, and how its work goes on after an event was acknowledged."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import structlog

from bot.conversation.interfaces import Crowded, Stale, Upgrading
from bot.engine.engine import Engine
from bot.engine.intake import Accepted
from bot.engine.interfaces import ChatOutbox
from bot.engine.unread_events import PATIENCE
from bot.identity.chat_links import LinkStore
from bot.identity.summary import Summaries
from bot.messaging.ledger import AuditPort
from bot.model.prompt import Option
from bot.model.step import Step
from bot.model.turn import ChatAccount, Party
from bot.platform.clock import World
from bot.platform.errors import Unavailable
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.vault import Vault

log = structlog.get_logger()
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds until a database that couldn't be had is asked again
HANDS = 8  # events that are understood at once: acknowledgements come between them, and a slow directory has room
GRACE = 2.0  # seconds; a claim takes a hundredth of that, and what it claimed another replica can do
T = TypeVar("T")
Known = Callable[[ChatAccount, str], Awaitable[Party]]


@dataclass(frozen=True)
class ChatServices:
    """`known` says whose a chat account is; `first_step` is where a wish begins; `wishes` are the buttons for who is known or not."""

    engine: Engine
    chat_outbox: ChatOutbox
    vault: Vault
    links: LinkStore
    audit: AuditPort
    summaries: Summaries
    known: Known
    first_step: Callable[[str], Step]
    wishes: Callable[[bool], tuple[Option, ...]]
    keys: Keys
    world: World
    base_url: str

    async def hear(self, account: ChatAccount, text: str, party: Party, event: str) -> Accepted | str:
        """What was typed, once a turn is claimed for it. A sentence: why none is."""
        try:
            return await self.engine.incoming.hear(account.kind, account.id, Secret(text), party, event)
        except Stale as no:
            return "engine.newer" if isinstance(no, Upgrading) else "engine.stale"

    async def understand(self, event: str, work: Callable[[], Awaitable[None]], taken: float) -> None:
        """What follows from an event that was `taken` then. Old words are left alone: their writer is asked for them again."""
        if self.world.now() - taken < PATIENCE:
            await work()
            await persistently(partial(self.engine.incoming.understood, event))


async def persistently(work: Callable[[], Awaitable[T]]) -> T:
    """A taken event is nobody's to send again, so its work waits for a database that is away. Raises Unavailable in the end."""
    for pause in PAUSES:
        try:
            return await work()
        except Unavailable as away:
            log.warning("chat.unavailable", fault=str(away))
            await asyncio.sleep(pause)
    return await work()


@dataclass
class BackgroundTasks:
    """What goes on after it was acknowledged. Should the process end, another replica does what was claimed."""

    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _hands: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(HANDS))

    def take_up(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin what follows from an event that was taken, as soon as a hand is free."""
        self.run(self._with_a_hand(work))

    async def _with_a_hand(self, work: Coroutine[Any, Any, None]) -> None:
        async with self._hands:
            await work

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin some work, and keep it from being forgotten until it ends."""
        self._keep(asyncio.create_task(work))

    async def in_time(self, work: Coroutine[Any, Any, None], seconds: float) -> bool:
        """Begin it, and wait so long: whether it is done by then. Raises what it raised."""
        task = asyncio.create_task(work)
        self._keep(task)
        await asyncio.wait({task}, timeout=seconds)
        if task.done():
            await task
        return task.done()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        fault = None if task.cancelled() else task.exception()
        if isinstance(fault, Unavailable | Crowded):
            log.warning("chat.unavailable", fault=str(fault))
        elif isinstance(fault, Exception):
            log.error("chat.errand_failed", fault=type(fault).__name__, exc_info=fault)

    async def end(self) -> None:
        """The process is about to: what was begun has so long to come to its claim."""
        if self._running:
            await asyncio.wait(self._running, timeout=GRACE)

    async def done(self) -> None:
        """All that was begun. Raises what one of them raised."""
        while self._running:
            for came in await asyncio.gather(*self._running, return_exceptions=True):
                if isinstance(came, BaseException) and not isinstance(came, Exception):
                    raise came
