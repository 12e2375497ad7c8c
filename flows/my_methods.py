"""Adding, trying and taking off: a sitting with my methods, by one grant."""

from typing import TypeAlias, assert_never

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.engine.exhibits import being_registered
from bot.identity.known_browsers import devices, is_device
from bot.identity.masks import asks_for, last_worked, named, with_last
from bot.identity.methods.registry import METHODS, address_of, code_of, on_page, tried_with
from bot.identity.methods.shapes import (
    MadeByBrowser,
    MadeElsewhere,
    NotByPerson,
    Printed,
    ShownAndTried,
    TypedAndTried,
    WrittenOnPage,
)
from bot.identity.offers import suspended_offers
from bot.identity.registered import FROM_DIRECTORY
from bot.model.codec import step
from bot.model.prompt import AskSecret, Choose, Lines, Option, PromptState, Text, Wait
from bot.model.reply import Reply
from bot.platform.ids import Action, ChallengeId, GrantId, Kind, Line, MethodId, OptionId, SubjectId, WordsId
from bot.platform.sentences import Misstep, args

BACK = Option(OptionId("back"), WordsId("register.back"))
KNOWN = OptionId("known")
SAVED = Option(OptionId("saved"), WordsId("register.saved"))
REMOVE = Option(OptionId("remove"), WordsId("register.remove"))
UNNAMED = Option(OptionId("unnamed"), WordsId("register.name.none"))
LONGEST_NAME = 40
FINISH = Option(OptionId("finish"), WordsId("register.finish"))
TICK = Option(OptionId("tick"), WordsId("register.device.tick"))


async def my_methods(subject: SubjectId, grant: GrantId, desk: Desk) -> "MyMethods":
    """As they stand now."""
    mine = await desk.registration.on_file(subject)
    kinds = sorted(
        await desk.registration.kinds(subject), key=lambda kind: any(m.kind == kind for m in mine)
    )  # what is missing first
    known, here = devices(await desk.browsers.all(subject)), await desk.browsers.here(subject)
    later, short = await desk.registration.quarantined(subject), not await desk.identity.could(subject, Action.RESET, soon=True)
    return MyMethods(
        subject, grant, named(mine), tuple(kinds), later, known, here, suspended_offers(mine), short, last_worked(mine)
    )


async def add(subject: SubjectId, grant: GrantId, kind: Kind, desk: Desk) -> "New":
    """The step that adds one of this kind."""
    shape, login = METHODS[kind].registers, await _login(subject, desk)
    match shape:
        case ShownAndTried(named=named) if named and any(m.kind == kind for m in await desk.registration.on_file(subject)):
            return NewName(subject, grant, kind)
        case ShownAndTried() | MadeByBrowser() | MadeElsewhere() | WrittenOnPage():
            asked = await desk.registration.add(subject, kind)
            return NewKey(subject, grant, asked.method, asked.id, login, kind)
        case TypedAndTried():
            return NewAddress(subject, grant, kind, await desk.registration.suggested(subject, kind))
        case Printed():
            return NewSheet(subject, grant, desk.registration.sheet(), kind, login)
        case NotByPerson():
            raise Misstep("engine.pick_one")
        case _:
            assert_never(shape)


async def _login(subject: SubjectId, desk: Desk) -> Line:
    return Line((await desk.people.person(subject)).login)


def _finished(later: Line, *, short: bool) -> Closed:
    words = "register.done.short" if short else "register.done.quarantine" if later else "register.done"
    return Closed(WordsId(words), later, state=PromptState.STOPPED if short else PromptState.DONE)


@step("register.menu")
class MyMethods:
    """These are your methods. What would you like to do?"""

    subject: SubjectId
    grant: GrantId
    have: tuple[Option, ...]
    kinds: tuple[Kind, ...]
    later: Line = Line("")  # from when on all of them count
    devices: tuple[Option, ...] = ()  # browsers that they ticked as their own
    here: bool = True  # this page stands in one of them
    suspended: tuple[Option, ...] = ()  # methods that somebody else used, and that may be tried
    short: bool = False  # what there is wouldn't recover the account
    worked: tuple[Line, ...] = ()  # the day on which each last did

    def ask(self) -> Choose:
        """What there is, and what may be added."""
        adds = tuple(Option(OptionId(k), WordsId(f"method.{k}.add")) for k in self.kinds)
        ends = (*(() if self.here else (TICK,)), *((REMOVE,) if self._own() else ()), FINISH)
        lines = (*with_last(self.have, self.worked), *((str(o.label), o.args) for o in self.devices))
        said = "register.menu.none" if not self.have else "register.menu.short" if self.short else "register.menu"
        return Choose(said, (*self.suspended, *adds, *ends), content=Lines(lines) if self.have else None)

    async def answer(self, reply: Reply, desk: Desk) -> "New | WhichOne | TryIt | Noted | Closed":
        """Add, remove, or be done."""
        if reply.choice == FINISH.id:
            return _finished(self.later, short=self.short)
        if reply.choice == REMOVE.id:
            return WhichOne(self.subject, self.grant, self._own())
        if reply.choice == TICK.id:
            await desk.browsers.tick(self.subject, self.grant)
            return Noted(self.subject, self.grant)
        if reply.choice in [option.id for option in self.suspended]:
            asked = await desk.reconfirmation.try_again(self.subject, MethodId(reply.choice or ""))
            return TryIt(self.subject, self.grant, asked.kind, asked.method, asked.id, asked.hint, again=True)
        return await add(self.subject, self.grant, Kind(reply.choice or ""), desk)

    def _own(self) -> tuple[Option, ...]:
        return (*(o for o in self.have if not o.id.startswith(FROM_DIRECTORY)), *self.devices)


@step("register.name")
class NewName:
    """What shall this one be called?"""

    subject: SubjectId
    grant: GrantId
    kind: Kind

    def ask(self) -> AskSecret:
        """There is one of its kind already, and its owner has to tell them apart."""
        return AskSecret("register.name", Text(LONGEST_NAME, "label"), options=(UNNAMED, BACK))

    async def answer(self, reply: Reply, desk: Desk) -> "NewKey | MyMethods":
        """The key is made now."""
        if reply.choice == BACK.id:
            return await my_methods(self.subject, self.grant, desk)
        asked, login = await desk.registration.add(self.subject, self.kind, reply.text or ""), await _login(self.subject, desk)
        return NewKey(self.subject, self.grant, asked.method, asked.id, login, self.kind)


@step("register.key", formerly="register.totp", kind="totp")
class NewKey:
    """Take this key up, then type what it makes of it."""

    subject: SubjectId
    grant: GrantId
    method: MethodId
    challenge: ChallengeId
    login: Line  # what an app calls it by
    kind: Kind

    def ask(self) -> AskSecret:
        """The key is an exhibit: shown on the sealed page, and nowhere kept in clear."""
        field, shown = tried_with(self.kind, self.challenge), being_registered(self.kind, self.method) if self.method else None
        return AskSecret(f"method.{self.kind}.register", field, args(login=self.login), (BACK,), exhibit=shown)

    async def answer(self, reply: Reply, desk: Desk) -> "Noted | MyMethods":
        """A method counts only when it has worked once."""
        if reply.choice == BACK.id:
            return await my_methods(self.subject, self.grant, desk)
        await desk.registration.confirm(self.grant, self.method, self.challenge, reply.secret)
        return Noted(self.subject, self.grant)

    async def look(self, desk: Desk) -> "Noted | NewKey":
        """What another device makes comes unasked."""
        return Noted(self.subject, self.grant) if await desk.registration.came(self.grant, self.challenge) else self


@step("register.address")
class NewAddress:
    """Which number, or which private address?"""

    subject: SubjectId
    grant: GrantId
    kind: Kind
    suggested: Line = Line("")  # what the directory knows, in part

    def ask(self) -> AskSecret:
        """No secret, but nobody's business in a chat."""
        known = (Option(KNOWN, WordsId("register.known"), self.suggested),) if self.suggested else ()
        return AskSecret(f"method.{self.kind}.register", address_of(self.kind), options=(*known, BACK))

    async def answer(self, reply: Reply, desk: Desk) -> "TryIt | MyMethods":
        """A code goes there at once."""
        if reply.choice == BACK.id:
            return await my_methods(self.subject, self.grant, desk)
        if reply.choice == KNOWN:
            asked = await desk.registration.add_known(self.subject, self.kind)
        else:
            asked = await desk.registration.add(self.subject, self.kind, reply.text or "")
        return TryIt(self.subject, self.grant, self.kind, asked.method, asked.id, asked.hint)


@step("register.try")
class TryIt:
    """What does the message say?"""

    subject: SubjectId
    grant: GrantId
    kind: Kind
    method: MethodId
    challenge: ChallengeId
    hint: Line
    again: bool = False  # it was suspended, since somebody else had used it

    def ask(self) -> AskSecret:
        """The number or address is shown in part, so that a mistyped one is noticed."""
        words = asks_for(self.kind, self.hint) if self.again else f"method.{self.kind}.try"
        return AskSecret(words, on_page(self.kind, self.challenge) or code_of(self.kind), args(hint=self.hint), (BACK,))

    async def answer(self, reply: Reply, desk: Desk) -> "Noted | NewAddress":
        """A method counts only when it has worked once."""
        if reply.choice == BACK.id and self.again:
            return Noted(self.subject, self.grant)
        if reply.choice == BACK.id:
            return NewAddress(self.subject, self.grant, self.kind, await desk.registration.suggested(self.subject, self.kind))
        count = desk.reconfirmation.resume if self.again else desk.registration.confirm
        await count(self.grant, self.method, self.challenge, reply.secret)
        return Noted(self.subject, self.grant)


@step("register.sheet", formerly="register.recovery", kind="recovery")
class NewSheet:
    """Print these codes, and put them away."""

    subject: SubjectId
    grant: GrantId
    sheet: MethodId
    kind: Kind
    login: Line = Line("")  # whose it is

    def ask(self) -> Choose:
        """The codes are an exhibit: shown on the sealed page, once."""
        shown, said = being_registered(self.kind, self.sheet), f"method.{self.kind}.register"
        return Choose(said, (SAVED, BACK), args(login=self.login), exhibit=shown)

    async def answer(self, reply: Reply, desk: Desk) -> "Noted | MyMethods":
        """Only a sheet that was put away counts."""
        if reply.choice == BACK.id:
            return await my_methods(self.subject, self.grant, desk)
        await desk.registration.put_away(self.subject, self.grant, self.kind, self.sheet)
        return Noted(self.subject, self.grant)


@step("register.which")
class WhichOne:
    """Which one shall I remove?"""

    subject: SubjectId
    grant: GrantId
    have: tuple[Option, ...]

    def ask(self) -> Choose:
        """Each by what its owner knows it by; none is preselected, since taking one off is no accident."""
        return Choose("register.which", (BACK, *self.have))

    async def answer(self, reply: Reply, desk: Desk) -> "Noted | MyMethods":
        """Never the last method; a device by taking it away alone."""
        if reply.choice == BACK.id:
            return await my_methods(self.subject, self.grant, desk)
        if reply.choice and is_device(reply.choice):
            await desk.browsers.forget(self.subject, reply.choice)
            return Noted(self.subject, self.grant)
        await desk.registration.remove(self.subject, self.grant, MethodId(reply.choice or ""))
        return Noted(self.subject, self.grant)


@step("register.noted")
class Noted:
    """One moment: the change of your methods is being written down."""

    subject: SubjectId
    grant: GrantId

    def ask(self) -> Wait:
        """Nothing: what was noted is on disk in the next turn."""
        return Wait("opening", after=0)

    async def look(self, desk: Desk) -> MyMethods:
        """The list with the change in it."""
        return await my_methods(self.subject, self.grant, desk)


New: TypeAlias = NewName | NewKey | NewAddress | NewSheet
