"""Words that go to somebody's chat unasked: the port to each vendor's, and why they may not get there."""

from enum import StrEnum
from typing import Protocol

from bot.model.turn import ChatAccount
from bot.platform.ids import ObjectId


class UnreachedReason(StrEnum):
    """What an admin reads in the audit."""

    NEVER_MET = "never_met"  # they have never had the app, and it isn't ours to install
    NOT_ALLOWED = "not_allowed"  # to install it: the right for that isn't given
    BLOCKED = "blocked"  # they don't want to hear from it
    REFUSED = "refused"  # by the vendor, for another reason
    UNSURE = "unsure"  # it may have got there, so it isn't said again
    SILENT = "silent"  # the vendor didn't answer, as often as it was tried


class NotReached(Exception):  # noqa: N818 - an answer: there is no use in trying again
    """`said`: the vendor's own word for it."""

    def __init__(self, why: UnreachedReason, said: str = "") -> None:
        super().__init__(why, said)
        self.why, self.said = why, said


class ChatPush(Protocol):
    """A vendor's chat, as far as it speaks first."""

    def account_of(self, object: ObjectId) -> ChatAccount | None:
        """Whose chat account a directory's object has here. None: none that could be told from its id."""

    async def tell(self, account: str, text: str) -> None:
        """In their own chat with the app, be it opened for this. Raises NotReached; NotNow where nothing was said and may be later."""
