"""My phone is lost, new, or has another number: an honest answer for whatever methods are on file, and the way on."""

from collections.abc import Collection, Sequence
from typing import TypeAlias

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.identity.lost_phones import lasting, lost_with_it, on_one_of_them
from bot.identity.masks import name_of, named
from bot.identity.methods.method import APP, NUMBER
from bot.identity.methods.registry import maybe_on_phone, of_group
from bot.identity.registered import Registered
from bot.model.codec import kept, step
from bot.model.facts import Restarted
from bot.model.prompt import Choose, Lines, Option, PromptState
from bot.model.reply import Reply
from bot.platform.clock import told
from bot.platform.ids import Action, Line, MethodId, OptionId, SubjectId, WordsId
from bot.platform.sentences import args
from flows.opening import Opening
from flows.page import Paged
from flows.register import Register, Registering
from flows.verify import Proving

TAKE_OFF = Option(OptionId("take_off"), WordsId("lost.take_off"))
KEEP = Option(OptionId("keep"), WordsId("lost.keep"))
ALL = Option(OptionId("all"), WordsId("lost.which.all"))
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

    async def begin(self, desk: Desk) -> "WhichWasOnIt | WhatIsLeft | Closed":
        """What was on it for sure is suspended at once; then what is left, and whether that is enough."""
        mine = await desk.registration.on_file(self.subject)
        until = await desk.lost_phones.report(self.subject, lost_with_it(mine))
        return await which(self.subject, until, desk)


async def which(subject: SubjectId, until: int, desk: Desk) -> "WhichWasOnIt | WhatIsLeft | Closed":
    """Of several apps they say which one; else it is clear."""
    if several := on_one_of_them(await desk.registration.on_file(subject)):
        return WhichWasOnIt(subject, named(several), until)
    return await left(subject, until, (), desk)


async def also_lost(subject: SubjectId, methods: Collection[str], until: int, desk: Desk, *, first: bool) -> int:
    """Suspended as a part of the report that was made, or (`first`) as one. Until when."""
    named_now = [m for m in await desk.registration.on_file(subject) if m.id in methods]
    if until:
        desk.lost_phones.too(subject, named_now, until)
    elif first:
        return await desk.lost_phones.report(subject, named_now)
    return until


async def left(subject: SubjectId, until: int, also: tuple[MethodId, ...], desk: Desk) -> "WhatIsLeft | Closed":
    """Nothing that could be lost, too little without it, or the choice. `until`: what this report has suspended; `also`: what they named."""
    mine = await desk.registration.on_file(subject)
    lost = lost_with_it(mine, also)
    ours = [m for m in mine if m not in lost]
    perhaps = named([m for m in ours if m.kind in maybe_on_phone() or m in on_one_of_them(mine)])
    if not mine:
        return Closed(WordsId("lost.nothing_on_file"))
    if not lost and not perhaps:
        return Closed(
            WordsId("lost.nothing_on_phone"), advice=tuple(name_of(kind) for kind in dict.fromkeys(m.kind for m in mine))
        )
    said, hint = held(lost, until)
    if not await desk.identity.could(subject, Action.REGISTER, without=[m.id for m in lost]):
        words = f"lost.not_enough_left.{said}" if said else "lost.not_enough_left"
        return Closed(WordsId(words), hint, state=PromptState.ERROR)
    return WhatIsLeft(subject, named(lost), named(ours), perhaps, also, until, Line(said), hint)


def held(lost: Sequence[Registered], until: int) -> tuple[str, Line]:
    """The end of the sentences that say whether all of it is suspended, and until when."""
    if not until and not (lost and all(m.suspended for m in lost)):
        return "", Line("")
    ends = {0.0 if lasting(m) else max(m.suspended_until, until) for m in lost}
    return ("day", Line(told(min(ends - {0.0})))) if ends != {0.0} else ("kept", Line(""))


@step("lost.which")
class WhichWasOnIt:
    """Which of your apps was on that phone?"""

    subject: SubjectId
    have: tuple[Option, ...]
    until: int = 0  # what this report has suspended already

    def ask(self) -> Choose:
        """Whoever isn't sure loses nothing by taking all."""
        return Choose("lost.which", (ALL, *self.have))

    async def answer(self, reply: Reply, desk: Desk) -> "WhatIsLeft | Closed":
        """Suspended at once, as the rest."""
        methods = [o.id for o in self.have] if reply.choice == ALL.id else [reply.choice or ""]
        until = await also_lost(self.subject, methods, self.until, desk, first=True)
        return await left(self.subject, until, tuple(map(MethodId, methods)), desk)


@step("lost.left")
class WhatIsLeft:
    """These were on the phone, these you still have. Take the lost ones off?"""

    subject: SubjectId
    gone: tuple[Option, ...]
    left: tuple[Option, ...]
    perhaps: tuple[Option, ...] = ()  # of those left: what they may say was on it as well
    also: tuple[MethodId, ...] = ()  # what they said was on it
    until: int = 0  # what this report has suspended
    said: Line = Line("")
    hint: Line = Line("")

    def ask(self) -> Choose:
        """Whoever finds the phone must not be able to use it."""
        lines = [("lost.was_on_it", ()), *((str(o.label), o.args) for o in self.gone)] if self.gone else []
        lines += [(f"lost.held.{self.said}", args(hint=self.hint))] if self.said else []
        lines += [("lost.you_have", ()), *((str(o.label), o.args) for o in self.left)]
        named_too = tuple(Option(o.id, WordsId("lost.too"), o.hint) for o in self.perhaps)
        return Choose("lost.left", (TAKE_OFF, KEEP, *named_too, LATER), content=Lines(tuple(lines)))

    async def answer(self, reply: Reply, desk: Desk) -> "Anew | WhatIsLeft | Closed":
        """Proved by what is left, as strongly as a recovery."""
        if reply.choice == LATER.id:
            words = f"lost.until_then.{self.said}" if self.said else "lost.until_then"
            return Closed(WordsId(words), self.hint)
        if reply.choice in (TAKE_OFF.id, KEEP.id):
            return go(Register(self.subject, lost=True, keep=reply.choice == KEEP.id, also=self.also), desk)
        return await self._too(MethodId(reply.choice or ""), desk)

    async def _too(self, method: MethodId, desk: Desk) -> "WhatIsLeft | Closed":
        """Another that was on it: as much a part of the report as the rest."""
        until = await also_lost(self.subject, [method], self.until, desk, first=not self.gone)
        return await left(self.subject, until, (*self.also, method), desk)


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

    async def answer(self, reply: Reply, desk: Desk) -> "Anew | WhichWasOnIt | WhatIsLeft | Closed":
        """Prove with it and add the new one, or take the lost one off first."""
        if reply.choice == HAVE.id:
            return go(Register(self.subject, first=of_group(APP)[0]), desk)
        return await which(self.subject, 0, desk)


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
