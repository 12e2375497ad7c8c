"""What somebody may want, by button or in words; strangers are asked who they are first."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TypeAlias

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.language.intent import Intent
from bot.model.codec import kept, step
from bot.model.facts import Restarted
from bot.model.prompt import Choose, Option
from bot.model.reply import Reply
from bot.model.step import Step
from bot.platform.ids import OptionId, SubjectId, WordsId
from flows.change import AnotherPassword, Change, Untried
from flows.coverage import Coverage, Report
from flows.find import WhoAreYou
from flows.link import Link, Linking
from flows.lost import Anew, LostPhone, NewNumber, NewPhone, OldNumber, OldPhone, WhatIsLeft, WhichWasOnIt
from flows.not_me import NotMe
from flows.opening import Opening
from flows.page import Paged, open_page
from flows.register import Register, Registering
from flows.reset import NewPassword, OnlyLocked, Reset
from flows.unlock import Unlock, Unlocking
from flows.verify import Proving

PORTAL = (Intent.RESET, Intent.UNLOCK, Intent.CHANGE, Intent.REGISTER)  # in a chat, whoever can't be known is offered no more
BUTTONS = (*PORTAL, Intent.LOST_PHONE)
WISHES = (*BUTTONS, Intent.NEW_PHONE, Intent.NEW_NUMBER, Intent.COVERAGE, Intent.LINK)  # what a flow is there for
Begun: TypeAlias = (
    Paged[Proving[OnlyLocked | NewPassword | Closed]]
    | Paged[Proving[Unlocking]]
    | Paged[Proving[AnotherPassword | Closed]]
    | Untried
    | Paged[Proving[Registering]]
    | WhichWasOnIt
    | WhatIsLeft
    | OldPhone
    | OldNumber
    | Anew
    | Report
    | Linking
    | Closed
)
Flow: TypeAlias = Reset | Unlock | Change | Register | LostPhone | NewPhone | NewNumber | Coverage | Link


async def flow(wanted: Intent, subject: SubjectId, desk: Desk) -> Flow:
    """The flow itself, once it is known whose account it is about. What a person has on file is told to nobody but them."""
    known = desk.turn.party.subject == subject
    match wanted:
        case Intent.UNLOCK if await desk.identity.unlocks_alone():
            return Unlock(subject, instead=Reset(subject))
        case Intent.CHANGE:
            return Change(subject)
        case Intent.LOST_PHONE if known:
            return LostPhone(subject)
        case Intent.LOST_PHONE:  # of a stranger nothing is suspended before enough proof
            return Register(subject, lost=True, keep=True)
        case Intent.NEW_PHONE if known:
            return NewPhone(subject)
        case Intent.NEW_NUMBER if known:
            return NewNumber(subject)
        case Intent.COVERAGE:
            return Coverage()
        case Intent.LINK:
            return Link(subject)
        case Intent.RESET | Intent.UNLOCK:
            return Reset(subject)
        case _:
            return Register(subject)


@kept("wish")
class Wish:
    """One of the things that self-service can do, for whoever this conversation belongs to."""

    wanted: Intent

    @property
    def about(self) -> WordsId:
        """What is wanted."""
        return WordsId(f"about.{self.wanted}")

    async def begin(self, desk: Desk) -> "Paged[WhoAreYou[Begun]] | Begun":
        """Somebody whose chat account is linked is known; anybody else says a name, and in a vendor's chat nothing before the page."""
        if subject := desk.turn.party.subject:
            return await (await flow(self.wanted, subject, desk)).begin(desk)
        if desk.turn.party.account is None:
            return WhoAreYou(self)
        paged: Paged[WhoAreYou[Begun]] = await open_page(self, desk)
        return paged

    async def offers(self, desk: Desk) -> tuple[Option, ...]:
        """None, as long as nobody knows whose."""
        return ()

    async def opened(self, choice: OptionId | None, desk: Desk) -> WhoAreYou[Begun]:
        """As at the portal."""
        return WhoAreYou(self, on_page=True)

    async def found(self, subject: SubjectId, desk: Desk) -> Begun:
        """Go on with this name, and begin again with it, should the conversation move to another device."""
        chosen = await flow(self.wanted, subject, desk)
        desk.turn.note(Restarted(desk.turn.conversation, unbind=False, first=Opening(chosen)))
        return await chosen.begin(desk)


@step("menu")
class Menu:
    """What can I do for you?"""

    linkable: bool = False  # said in a chat account that is nobody's yet

    def ask(self) -> Choose:
        """The most wanted first."""
        return Choose("menu", buttons((*BUTTONS, Intent.LINK) if self.linkable else BUTTONS))

    async def answer(self, reply: Reply, desk: Desk) -> "Opening[Paged[WhoAreYou[Begun]] | Begun]":
        """The same as if it had been typed: from now on this is what the conversation is about."""
        wish = Opening(Wish(Intent(reply.choice or "")))
        desk.turn.note(Restarted(desk.turn.conversation, unbind=False, first=wish))
        return wish


def buttons(wanted: Sequence[Intent]) -> tuple[Option, ...]:
    """Of the menu, and of the portal."""
    return tuple(map(button, wanted))


def button(wanted: Intent) -> Option:
    """One of them, and of a doubt."""
    return Option(OptionId(wanted), WordsId(f"menu.{wanted}"))


def first_step(wish: str) -> Step:
    """Where a conversation about one of the wishes begins. Raises ValueError for another."""
    if (wanted := Intent(wish)) not in WISHES:
        raise ValueError(wish)
    return Opening(Wish(wanted))


# For the diagram in README.md.
DIALOGS: Mapping[str, Callable[..., Coroutine[object, object, Step]]] = {
    "A new password": Reset.begin,
    "The lock off": Unlock.begin,
    "Another password": Change.begin,
    "My methods": Register.begin,
    "A lost phone": LostPhone.begin,
    "A new phone": NewPhone.begin,
    "A new number": NewNumber.begin,
    "This wasn't me": NotMe.begin,
    "Coverage": Coverage.begin,
    "My chat account": Link.begin,
    "A wish, in words": Wish.begin,
    "A wish, from the menu": Menu.answer,
}
