"""What a vendor's chat has still to be shown: one message for each conversation, followed wherever the conversation goes."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from bot.conversation.view import View
from bot.conversation.windows import Stale
from bot.model.codec import UnknownPart
from bot.platform.ids import WindowId
from bot.platform.job_outbox import NotNow

LEASE = 30.0  # seconds that showing may take; after that another replica does it
SOON = 0.3  # seconds until a conversation that is being worked on is looked at again
SELDOM = 30.0  # seconds at most, where the vendor is in trouble and doesn't say for how long
TRIES_BUSY = 4  # so often; then "one moment" is shown
BATCH = 20
log = structlog.get_logger()

PostedMessage = Mapping[str, str]  # what the vendor calls a message: ids, no words


@dataclass(frozen=True, slots=True)
class ChatUpdate:
    """One window that has moved. `moved` says how often it had, so that what happens meanwhile isn't missed."""

    window: WindowId
    kind: str
    address: str
    message: PostedMessage | None  # None: nothing has been shown there yet
    below: bool  # somebody has said something below it, so the next one stands anew
    moved: int
    tries: int  # in a row that came to nothing


class ChatOutbox(Protocol):
    """Each method is one short transaction."""

    async def take(self, kinds: Sequence[str], limit: int, lease: float) -> Sequence[ChatUpdate]:
        """Windows of these kinds that are due, leased to us."""

    async def shown(self, showing: ChatUpdate, message: PostedMessage | None) -> None:
        """What stands there now. Due at once if it has moved meanwhile."""

    async def later(self, showing: ChatUpdate, seconds: float) -> None:
        """Not now."""

    async def standing(self, window: WindowId) -> PostedMessage | None:
        """What stands there, as far as it has been written down."""

    async def stirred(self, window: WindowId) -> None:
        """What stands there may not be what should: it is shown again, in its place."""

    async def said_below(self, window: WindowId) -> None:
        """Somebody has typed something below what stands there, so that it is to be shown anew."""

    async def show_again(self, window: WindowId) -> None:
        """The same, though nothing has moved by it: silence would be no answer."""


class ChatPoster(Protocol):
    """A vendor's chat."""

    async def show(self, showing: ChatUpdate, view: View) -> PostedMessage | None:
        """Post or edit; what stands there afterwards. May run twice. Raises NotNow when the vendor asks to wait."""


class Viewer(Protocol):
    """The engine."""

    async def view(self, window: WindowId, who: str | None = None) -> View:
        """Raises Stale."""


@dataclass(frozen=True)
class ChatOutboxWorker:
    """Takes what is due and hands it to the chat of its kind."""

    chat_outbox: ChatOutbox
    engine: Viewer
    posters: Mapping[str, ChatPoster] = field(default_factory=dict)

    async def run_due(self) -> int:
        """How many were taken."""
        if not self.posters:
            return 0
        due = await self.chat_outbox.take(list(self.posters), BATCH, LEASE)
        await asyncio.gather(*(self._run(showing) for showing in due))
        return len(due)

    async def _run(self, showing: ChatUpdate) -> None:
        try:
            await self._show(showing)
        except NotNow as wait:
            await self.chat_outbox.later(showing, wait.after or min(SOON * 2.0**showing.tries, SELDOM))
        except (Stale, UnknownPart):  # gone, or a newer replica's: nothing of ours to show
            await self.chat_outbox.shown(showing, showing.message)
        except Exception as fault:  # noqa: BLE001 - one chat that fails doesn't hold up the others
            log.warning("showing.failed", window=showing.window, kind=showing.kind, fault=type(fault).__name__)
            await self.chat_outbox.later(showing, min(2.0**showing.tries, 300.0))

    async def _show(self, showing: ChatUpdate) -> None:
        view = await self.engine.view(showing.window)
        if view.busy and not view.closed and showing.tries < TRIES_BUSY:
            raise NotNow(SOON)
        await self.chat_outbox.shown(showing, await self.posters[showing.kind].show(showing, view))
