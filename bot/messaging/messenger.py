"""The port to whoever carries mail, texts and calls, and what is handed to them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.platform.ids import ChallengeId
from bot.platform.job_outbox import Hopeless, NotNow, Queue
from bot.platform.secret import Secret


class Channel(StrEnum):
    """What carries a message. More than one method may use the same, and so do notices and alarms, which belong to no method."""

    MAIL = "mail"
    TEXT = "text"
    CALL = "call"

    @property
    def tells(self) -> bool:
        """Whether it carries news and links as well, and not codes alone."""
        return self is not Channel.CALL

    @property
    def news(self) -> Queue:
        """For what may come later, and must not come twice."""
        return {Channel.MAIL: Queue.MAIL, Channel.TEXT: Queue.TEXT}[self]

    @property
    def now(self) -> Queue:
        """For what somebody waits for."""
        return {Channel.MAIL: Queue.MAIL_NOW, Channel.TEXT: Queue.TEXT_NOW, Channel.CALL: Queue.CALL_NOW}[self]


@dataclass(frozen=True, slots=True)
class Message:
    """For one destination. Its text may hold a code, so it is a secret until it leaves."""

    id: str  # the same for a second try, so that a mailbox shows it once
    to: Secret
    subject: str
    text: Secret
    challenge: ChallengeId | None = None  # whose person is told what becomes of it; None: a notice, or a stranger's code
    stranger: bool = False  # a stranger asked for it
    language: str = "en"  # of what is still to be said
    good_for: float | None = None  # seconds in which it is of any use


class Messenger(Protocol):
    """Carries messages by one channel."""

    async def send(self, message: Message) -> None:
        """Handed over. Raises Undeliverable, or anything else for "try again later"."""


class Undeliverable(Hopeless):
    """It will never get there; `words` is the sentence that tells its person so."""

    def __init__(self, words: str = "undelivered.address") -> None:
        super().__init__(words)
        self.words = words


class ProviderFault(Undeliverable):
    """This provider won't carry it, whatever the number is; another one may."""


class MaybeSent(NotNow):
    """Whether it was taken isn't known. One more try does no harm: it is the same code."""
