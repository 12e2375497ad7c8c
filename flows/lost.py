"""My phone is lost, new, or has another number: an honest answer for whatever methods are on file, and the way on."""

from typing import TypeAlias

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.identity.masks import name_of, named
from bot.identity.methods.method import APP, NUMBER
from bot.identity.methods.registry import of_group, on_phone
from bot.model.codec import kept, step
from bot.model.facts import Restarted
from bot.model.prompt import Choose, Lines, Option, PromptState
from bot.model.reply import Reply
from bot.platform.ids import Action, OptionId, SubjectId, WordsId
from flows.opening import Opening
from flows.page import Paged
from flows.register import Register, Registering
from flows.verify import Proving

TAKE_OFF = Option(OptionId("take_off"), WordsId("lost.take_off"))
LATER = Option(OptionId("later"), WordsId("lost.later"))
HAVE = Option(OptionId("have"), WordsId("lost.have_old"))
GONE = Option(OptionId("gone"), WordsId("lost.old_is_gone"))


Anew: TypeAlias = Opening[Paged[Proving[Registering]]]


def go(wish: Register, desk: Desk) -> "Anew":
    """From now on the conversation is about this."""
    first = Opening(wish)
    desk.turn.note(Restarted(desk.turn.conversation, unbind=False, first=first))
    return first


@kept("lost")
class LostPhone:
    """Lost, stolen or broken."""

    subject: SubjectId
    about = WordsId("about.lost_phone")

    async def begin(self, desk: Desk) -> "WhatIsLeft | Closed":
        """What was on it, what is left, and whether that is enough."""
        mine = await desk.registration.on_file(self.subject)
        gone = named([m for m in mine if m.kind in on_phone()])
        left = named([m for m in mine if m.kind not in on_phone()])
        if not mine:
            return Closed(WordsId("lost.nothing_on_file"))
        if not gone:
            kinds = dict.fromkeys(m.kind for m in mine)
            return Closed(WordsId("lost.nothing_on_phone"), advice=tuple(name_of(kind) for kind in kinds))
        if not await desk.identity.could(self.subject, Action.REGISTER, without=on_phone()):
            return Closed(WordsId("lost.not_enough_left"), state=PromptState.ERROR)
        return WhatIsLeft(self.subject, gone, left)


@step("lost.left")
class WhatIsLeft:
    """These were on the phone, these you still have. Take the lost ones off?"""

    subject: SubjectId
    gone: tuple[Option, ...]
    left: tuple[Option, ...]

    def ask(self) -> Choose:
        """Whoever finds the phone must not be able to use it."""
        lines = [("lost.was_on_it", ()), *((str(o.label), o.args) for o in self.gone)]
        lines += [("lost.you_have", ()), *((str(o.label), o.args) for o in self.left)]
        return Choose("lost.left", (TAKE_OFF, LATER), content=Lines(tuple(lines)))

    async def answer(self, reply: Reply, desk: Desk) -> "Anew | Closed":
        """Proved by what is left, as strongly as a recovery."""
        if reply.choice == LATER.id:
            return Closed(WordsId("lost.until_then"))
        return go(Register(self.subject, lost=True), desk)


@kept("new_phone")
class NewPhone:
    """Another phone, the old one perhaps still there."""

    subject: SubjectId
    about = WordsId("about.new_phone")

    async def begin(self, desk: Desk) -> "OldPhone | Closed":
        """The old one proves best."""
        if not await desk.registration.on_file(self.subject):
            return Closed(WordsId("lost.nothing_on_file"))
        return OldPhone(self.subject)


@step("new_phone.old")
class OldPhone:
    """Do you still have the old phone?"""

    subject: SubjectId

    def ask(self) -> Choose:
        """Yes is the easy way."""
        return Choose("new_phone.old", (HAVE, GONE))

    async def answer(self, reply: Reply, desk: Desk) -> "Anew | WhatIsLeft | Closed":
        """Prove with it and add the new one, or take the lost one off first."""
        if reply.choice == HAVE.id:
            return go(Register(self.subject, first=of_group(APP)[0]), desk)
        return await LostPhone(self.subject).begin(desk)


@kept("new_number")
class NewNumber:
    """Another number."""

    subject: SubjectId
    about = WordsId("about.new_number")

    async def begin(self, desk: Desk) -> "OldNumber | Anew | Closed":
        """Where the other methods are enough, the old number isn't needed."""
        if not await desk.registration.on_file(self.subject):
            return Closed(WordsId("lost.nothing_on_file"))
        if await desk.identity.could(self.subject, Action.REGISTER, without=of_group(NUMBER)):
            return go(Register(self.subject, first=of_group(NUMBER)[0]), desk)
        return OldNumber(self.subject)


@step("new_number.old")
class OldNumber:
    """Do text messages still reach you under the old number?"""

    subject: SubjectId

    def ask(self) -> Choose:
        """Only with it can this be done here."""
        return Choose("new_number.old", (HAVE, GONE))

    async def answer(self, reply: Reply, desk: Desk) -> "Anew | Closed":
        """Prove with it and add the new one; without it the helpdesk has to."""
        if reply.choice == HAVE.id:
            return go(Register(self.subject, first=of_group(NUMBER)[0]), desk)
        return Closed(WordsId("lost.not_enough_left"), state=PromptState.ERROR)
