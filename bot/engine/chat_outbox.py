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

Message = Mapping[str, str]  # what the vendor calls a message: ids, no words


@dataclass(frozen=True, slots=True)
class Showing:
    """One window that has moved. `moved` says how often it had, so that what happens meanwhile isn't missed."""

    window: WindowId
    kind: str
    address: str
    message: Message | None  # None: nothing has been shown there yet
    below: bool  # somebody has said something below it, so the next one stands anew
    moved: int
    tries: int  # in a row that came to nothing


class Showings(Protocol):
    """Each method is one short transaction."""

    async def take(self, kinds: Sequence[str], limit: int, lease: float) -> Sequence[Showing]:
        """Windows of these kinds that are due, leased to us."""

    async def shown(self, showing: Showing, message: Message | None) -> None:
        """What stands there now. Due at once if it has moved meanwhile."""

    async def later(self, showing: Showing, seconds: float) -> None:
        """Not now."""

    async def standing(self, window: WindowId) -> Message | None:
        """What stands there, as far as it has been written down."""

    async def stirred(self, window: WindowId) -> None:
        """What stands there may not be what should: it is shown again, in its place."""

    async def said_below(self, window: WindowId) -> None:
        """Somebody has typed something below what stands there, so that it is to be shown anew."""

    async def show_again(self, window: WindowId) -> None:
        """The same, though nothing has moved by it: silence would be no answer."""


class Gallery(Protocol):
    """A vendor's chat."""

    async def show(self, showing: Showing, view: View) -> Message | None:
        """Post or edit; what stands there afterwards. May run twice. Raises NotNow when the vendor asks to wait."""


class Viewer(Protocol):
    """The engine."""

    async def view(self, window: WindowId, who: str | None = None) -> View:
        """Raises Stale."""


@dataclass(frozen=True)
class Shower:
    """Takes what is due and hands it to the chat of its kind."""

    showings: Showings
    engine: Viewer
    galleries: Mapping[str, Gallery] = field(default_factory=dict)

    async def run_due(self) -> int:
        """How many were taken."""
        if not self.galleries:
            return 0
        due = await self.showings.take(list(self.galleries), BATCH, LEASE)
        await asyncio.gather(*(self._run(showing) for showing in due))
        return len(due)

    async def _run(self, showing: Showing) -> None:
        try:
            await self._show(showing)
        except NotNow as wait:
            await self.showings.later(showing, wait.after or min(SOON * 2.0**showing.tries, SELDOM))
        except (Stale, UnknownPart):  # gone, or a newer replica's: nothing of ours to show
            await self.showings.shown(showing, showing.message)
        except Exception as fault:  # noqa: BLE001 - one chat that fails doesn't hold up the others
            log.warning("showing.failed", window=showing.window, kind=showing.kind, fault=type(fault).__name__)
            await self.showings.later(showing, min(2.0**showing.tries, 300.0))

    async def _show(self, showing: Showing) -> None:
        view = await self.engine.view(showing.window)
        if view.busy and not view.closed and showing.tries < TRIES_BUSY:
            raise NotNow(SOON)
        await self.showings.shown(showing, await self.galleries[showing.kind].show(showing, view))
