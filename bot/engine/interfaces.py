"""What the engine asks of steps and flows, what comes in asks of the engine, and what chats ask of the store and of their vendor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.conversation.interfaces import Notice, Standing
from bot.conversation.view import View
from bot.engine.desk import Desk
from bot.model.reply import Reply
from bot.model.step import Step
from bot.model.turn import Claim, Party, Turn
from bot.platform.ids import ConversationId, WindowId
from bot.platform.job_outbox import NotNow

PostedMessage = Mapping[str, str]  # what the vendor calls a message: ids, no words; "looks": a digest of what it shows


@runtime_checkable
class Answers(Protocol):
    """A step that a person moves on by an answer."""

    async def answer(self, reply: Reply, desk: Desk) -> Step:
        """The step that follows from a reply. Raises Misstep to ask again, Refuse to end kindly."""


@runtime_checkable
class Looks(Protocol):
    """The world may have moved on without a word: a nudge, a timer, a replica that died in mid-answer.

    May run at any time, any number of times. A step without it is left as it is, or asked again.
    """

    async def look(self, desk: Desk) -> Step:
        """The step that follows from what has happened meanwhile; itself when nothing has."""


class Reception(Protocol):
    """Where conversations begin. Flows implement it, since the engine knows none of them."""

    async def first_step(self, text: str, party: Party) -> Step:
        """The first step of what somebody seems to want, or what could be wanted."""

    async def wish(self, text: str, party: Party, now: Step | None = None, *, doubtful: bool = True) -> Step | None:
        """The first step of what somebody wants while `now` is asked, or where `doubtful` a question which. None: that isn't clear."""

    def goes_on(self, now: Step) -> bool:
        """Whether `now` is only looked at: whatever is wished then begins beside it."""

    def leave(self, now: Step, wish: Step) -> Step:
        """Asks whether to leave `now`; `wish` itself where there is nothing to leave."""


class TurnRunner(Protocol):
    """The engine, as what comes in needs it."""

    async def standing(self, window: WindowId) -> Standing:
        """Where the conversation of a window stands. Raises Gone, Upgrading."""

    async def owns(self, window: WindowId, who: str) -> bool:
        """Whether `who` may answer in this window."""

    async def run(self, claim: Claim, reply: Reply | None) -> None:
        """Run one turn, and settle it. `reply` None: nobody spoke, so the step looks. Raises Crowded, with the turn as it was."""

    async def settle(self, claim: Claim, next_: Step, notice: Notice | None, turn: Turn) -> None:
        """Write what a turn leaves behind: the next step, a notice, and all facts."""

    async def wake(self, id: ConversationId) -> None:
        """Let the step of a conversation look, if it is due."""


@dataclass(frozen=True, slots=True)
class ChatUpdate:
    """One window that has moved. `moved` says how often it had, so that what happens meanwhile isn't missed."""

    window: WindowId
    kind: str
    address: str
    message: PostedMessage | None  # None: nothing has been shown there yet
    below: bool  # somebody has said something below it, so the next one stands anew
    moved: int
    tries: int  # in a row, this one too, that may have shown something and never said so


class ChatOutbox(Protocol):
    """What the store does with windows in chats; each method is one short transaction."""

    async def lease_due(self, kinds: Sequence[str], limit: int, lease: float) -> Sequence[ChatUpdate]:
        """Windows of these kinds that are due, leased to us."""

    async def shown(self, update: ChatUpdate, message: PostedMessage | None) -> None:
        """What stands there now. Due at once if it has moved meanwhile."""

    async def postpone(self, update: ChatUpdate, seconds: float, *, untried: bool = False) -> None:
        """It couldn't be shown now; due again after so many seconds. `untried`: nothing was, so this was no try."""

    async def standing(self, window: WindowId) -> PostedMessage | None:
        """What stands there, as far as it has been written down."""

    async def refresh(self, window: WindowId) -> None:
        """What stands there may not be what should: it is shown again, in its place, whatever "looks" said of it."""

    async def said_below(self, window: WindowId) -> None:
        """Somebody has typed something below what stands there, so that it is to be shown anew."""

    async def show_again(self, window: WindowId) -> None:
        """Likewise anew and below, though nothing has moved by it: silence would be no answer."""


class AskedToWait(NotNow):
    """The vendor has refused to listen just now: what was to be shown is surely not shown."""


class ChatPoster(Protocol):
    """A vendor's chat, as far as conversations are shown there."""

    async def show(self, update: ChatUpdate, view: View) -> PostedMessage | None:
        """Post or edit a message; returns what stands there afterwards. May run twice. Raises AskedToWait when the vendor asks to wait, NotNow when it may be shown."""
