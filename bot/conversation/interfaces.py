"""What the engine asks of the store about conversations, each method one short transaction; and how a turn may be too late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.model.facts import Fact
from bot.model.step import Step
from bot.model.turn import Claim, Party, Window
from bot.platform.ids import ConversationId, OptionId, WindowId
from bot.platform.sentences import Args


class Lost(Exception):  # noqa: N818 - no fault: somebody else holds this turn now
    """Somebody else holds this turn now, or a fact is no longer true; nothing of ours was written."""


class Stale(Exception):  # noqa: N818 - an answer: that question has moved on
    """That question has moved on, or is being worked on right now, or isn't yours."""


class Crowded(Exception):  # noqa: N818 - an answer: in a minute
    """Too many turns are being run just now. Nothing was tried and nothing counted; the question stands as it did."""


class Gone(Stale):
    """The link is dead, or never was one."""


class Taken(Stale):
    """The page belongs to another browser."""


class Upgrading(Stale):
    """A newer replica wrote this conversation; in a minute this one is newer too."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A passing remark kept in the row: a sentence and its arguments."""

    words: str
    args: Args = ()


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where somebody wrote: a kind of chat, and the place as its adapter names it. No words."""

    chat: str
    place: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class UnreadEvent:
    """A vendor's event that was taken, and whose words nobody lived to understand."""

    event: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation stands, as one window sees it."""

    window: Window
    step: Step
    turn: int
    notice: Notice | None
    closed: bool
    busy: bool  # a turn is being run right now, or is due at once
    party: Party
    sealed: Window | None
    moves: int
    first: Step  # what it is about
    where: str  # the kind of window that it was opened in
    began: float  # when it was opened


class Conversations(Protocol):
    """Raises UnknownPart, with the row untouched, for a step that a newer replica wrote."""

    async def open_conversation(self, first: Step, window: Window, party: Party, event: str) -> Claim | None:
        """A new conversation, claimed already. None: this event has opened one before, and nothing was written."""

    async def claim(self, window: WindowId, turn: int, who: str, option: OptionId | None = None) -> Claim | None:
        """For the party alone: `who` is the window's address, or the hash of the bound browser's cookie.

        `option` is kept until the turn settles, so that whoever takes over carries on with it. None when the turn has moved
        on, is being worked on, is over, or `who` is a foreign hand.
        """

    async def take_event(self, event: str, reply_to: ReplyTo | None = None) -> bool:
        """Take a vendor's event: of all its copies, in any number of processes, one gets True.

        With `reply_to` it is unread until it is understood.
        """

    async def understood(self, event: str) -> None:
        """What was typed in it is claimed, or has been answered: nobody has to write it again."""

    async def lease_unread(self, chats: Sequence[str], age: float, limit: int) -> Sequence[UnreadEvent]:
        """Events of these chats that are so many seconds old and unread, oldest first; nobody else gets them for as long again."""

    async def claim_due(self, id: ConversationId) -> Claim | None:
        """For a nudge, a timer, an expiry, or a lease whose holder died: then with what it had been given to answer."""

    async def bind(self, window: WindowId, browser: str, label: str) -> tuple[bool, Claim | None]:
        """The first browser has the page: (bound now or before by this very browser, claim on the conversation).

        One transaction: binding, audit (`page:link:opened` / `page:link:taken`), and either the claim (window = this page)
        or, when the conversation is busy, a nudge.
        """

    async def settle(
        self, claim: Claim, step: Step, notice: Notice | None, facts: Sequence[Fact], *, closed: bool, wake_in: float | None
    ) -> None:
        """Everything or nothing. Raises Lost when the claim is no longer held or a fact is no longer true.

        When `closed`, links, challenges and unspent proofs of the conversation die with it. A nudge that came while we were
        busy makes the conversation due at once.
        """

    async def release(self, claim: Claim, wake_in: float | None) -> None:
        """Nothing new: the turn and its buttons stay good. Raises Lost."""

    async def due(self, limit: int) -> list[ConversationId]:
        """Nudged, timed, expired or left behind, oldest first."""

    async def standing(self, window: WindowId) -> Standing | None:
        """One read; everything that a view needs."""

    async def newest(self, kind: str, address: str) -> WindowId | None:
        """The newest open conversation's window at this chat address."""
