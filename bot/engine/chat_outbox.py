"""What a vendor's chat has still to be shown: one message for each conversation, followed wherever the conversation goes."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from bot.conversation.interfaces import Stale
from bot.engine.engine import Engine
from bot.engine.interfaces import AskedToWait, ChatOutbox, ChatPoster, ChatUpdate
from bot.model.codec import UnknownPart
from bot.platform.ids import WindowId
from bot.platform.job_outbox import NotNow

LEASE = 30.0  # seconds that showing may take; after that another replica does it
SOON = 0.3  # seconds until a conversation that is being worked on is looked at again
PAUSE, SELDOM = 1.0, 30.0  # seconds, where the vendor doesn't say how long to wait: at first, growing, and at most
BUSY = 4  # looks; then "one moment" is shown
BATCH = 20
log = structlog.get_logger()


@dataclass(frozen=True)
class ChatOutboxWorker:
    """Takes what is due and hands it to the chat of its kind."""

    chat_outbox: ChatOutbox
    engine: Engine
    posters: Mapping[str, ChatPoster] = field(default_factory=dict)
    _waited: Counter[WindowId] = field(default_factory=Counter)  # how often in a row, as far as this process knows

    async def run_due(self) -> int:
        """One round: returns how many windows were leased, whatever became of them."""
        if not self.posters:
            return 0
        due = await self.chat_outbox.lease_due(list(self.posters), BATCH, LEASE)
        await asyncio.gather(*(self._run(update) for update in due))
        return len(due)

    async def _run(self, update: ChatUpdate) -> None:
        try:
            await self._show(update)
            self._waited.pop(update.window, None)
        except NotNow as wait:
            pause = wait.after or min(PAUSE * 2.0 ** self._waited[update.window], SELDOM)
            self._waited[update.window] += 1
            await self.chat_outbox.postpone(update, pause, untried=isinstance(wait, AskedToWait))
        except (Stale, UnknownPart):  # gone, or a newer replica's: nothing of ours to show
            self._waited.pop(update.window, None)
            await self.chat_outbox.shown(update, update.message)
        except Exception as fault:  # noqa: BLE001 - one chat that fails doesn't hold up the others
            log.warning("chat_outbox.failed", window=update.window, kind=update.kind, fault=type(fault).__name__)
            await self.chat_outbox.postpone(update, min(2.0**update.tries, 300.0))

    async def _show(self, update: ChatUpdate) -> None:
        view = await self.engine.view(update.window)
        if view.busy and not view.closed and self._waited[update.window] < BUSY:
            raise AskedToWait(SOON)
        await self.chat_outbox.shown(update, await self.posters[update.kind].show(update, view))
