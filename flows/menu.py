"""What somebody may want, by button or in words; strangers are asked who they are first."""

from collections.abc import Callable, Coroutine, Mapping
from enum import StrEnum
from typing import TypeAlias

from bot.conversation.facts import Restarted
from bot.conversation.prompt import Choose, Option
from bot.conversation.reply import Reply
from bot.conversation.step import Step, kept, step
from bot.conversation.turn import Party
from bot.desk import Desk
from bot.ids import OptionId, SubjectId, WordsId
from flows.change import AnotherPassword, Change
from flows.find import WhoAreYou
from flows.opening import Leave, Opening
from flows.page import Paged
from flows.reset import NewPassword, Reset
from flows.unlock import Unlock, Unlocking
from flows.verify import Proving


class Wanted(StrEnum):
    """What self-service can do."""

    RESET = "reset"
    UNLOCK = "unlock"
    CHANGE = "change"


Begun: TypeAlias = Paged[Proving[NewPassword]] | Paged[Proving[Unlocking]] | Paged[Proving[AnotherPassword]]


async def flow(wanted: Wanted, subject: SubjectId, desk: Desk) -> Reset | Unlock | Change:
    """The flow itself, once it is known whose account it is about."""
    match wanted:
        case Wanted.UNLOCK if await desk.identity.unlocks_alone():
            return Unlock(subject)
        case Wanted.CHANGE:
            return Change(subject)
        case _:
            return Reset(subject)


@kept("wish")
class Wish:
    """One of the things that self-service can do, for whoever this conversation belongs to."""

    wanted: Wanted

    @property
    def about(self) -> WordsId:
        """What is wanted."""
        return WordsId(f"about.{self.wanted}")

    async def begin(self, desk: Desk) -> "WhoAreYou[Begun] | Begun":
        """Somebody whose chat account is linked is known; anybody else says a name."""
        if subject := desk.turn.party.subject:
            return await (await flow(self.wanted, subject, desk)).begin(desk)
        return WhoAreYou(self)

    async def found(self, subject: SubjectId, desk: Desk) -> Begun:
        """Go on with this name, and begin again with it, should the conversation move to another device."""
        chosen = await flow(self.wanted, subject, desk)
        desk.turn.note(Restarted(desk.turn.conversation, unbind=False, first=Opening(chosen)))
        return await chosen.begin(desk)


@step("menu")
class Menu:
    """What can I do for you?"""

    def ask(self) -> Choose:
        """The most wanted first."""
        return Choose("menu", wishes())

    async def answer(self, reply: Reply, desk: Desk) -> "Opening[WhoAreYou[Begun] | Begun]":
        """The same as if it had been typed: from now on this is what the conversation is about."""
        wish = Opening(Wish(Wanted(reply.choice or "")))
        desk.turn.note(Restarted(desk.turn.conversation, unbind=False, first=wish))
        return wish


def wishes() -> tuple[Option, ...]:
    """The buttons of the menu and of the portal."""
    return tuple(Option(OptionId(w), WordsId(f"menu.{w}")) for w in Wanted)


def first_step(wish: str) -> Step:
    """Where a conversation about one of the wishes begins. Raises ValueError for another."""
    return Opening(Wish(Wanted(wish)))


class FrontDoor:
    """Where the engine sends free text: an intent is found, and only the intent is kept."""

    def __init__(self, intent: Callable[[str], str | None]) -> None:
        self._intent = intent

    def wish(self, text: str, _party: Party) -> Step | None:
        """What they seem to want."""
        found = self._intent(text)
        return first_step(found) if found else None

    def menu(self, _party: Party) -> Step:
        """Nothing understood, so the buttons."""
        return Menu()

    def leave(self, now: Step, wish: Step) -> Step:
        """In the middle of something else; the menu is no middle of anything."""
        return wish if isinstance(now, Menu) else Leave(now.now if isinstance(now, Leave) else now, wish)


# For the diagram in README.md.
DIALOGS: Mapping[str, Callable[..., Coroutine[object, object, Step]]] = {
    "A new password": Reset.begin,
    "The lock off": Unlock.begin,
    "Another password": Change.begin,
    "A wish, in words": Wish.begin,
    "A wish, from the menu": Menu.answer,
}
