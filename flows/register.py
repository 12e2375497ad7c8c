"""How I prove who I am: see my methods, add one and try it at once, print a sheet, take one off."""

from typing import TypeAlias, assert_never

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.engine.exhibits import being_registered
from bot.identity.known_browsers import devices, is_device
from bot.identity.masks import asks_for, named
from bot.identity.methods import shapes
from bot.identity.methods.registry import METHODS, address_of, code_of, on_phone, tried_with
from bot.identity.offers import suspended_offers
from bot.identity.registered import FROM_DIRECTORY
from bot.model.codec import kept, step
from bot.model.prompt import AskSecret, Choose, Lines, Option, PromptState, Wait
from bot.model.reply import Reply
from bot.platform.ids import Action, CaseId, ChallengeId, GrantId, Kind, Line, MethodId, OptionId, SubjectId, WordsId
from bot.platform.sentences import Misstep, args
from flows.page import Paged, open_page
from flows.verify import Proving, choose, prove

BACK = Option(OptionId("back"), WordsId("register.back"))
KNOWN = OptionId("known")
REMOVE = Option(OptionId("remove"), WordsId("register.remove"))
FINISH = Option(OptionId("finish"), WordsId("register.finish"))
TICK = Option(OptionId("tick"), WordsId("register.device.tick"))


@kept("register")
class Register:
    """`first`: what they came to add. `lost`: what was on a phone, and `also` this, comes off first or (`keep`) is suspended, and isn't offered as a proof."""

    subject: SubjectId
    case: CaseId | None = None
    first: Kind | None = None
    lost: bool = False
    keep: bool = False
    also: tuple[MethodId, ...] = ()
    action = Action.REGISTER
    about = WordsId("about.register")

    async def begin(self, desk: Desk) -> "Paged[Proving[Registering]]":
        """Never soon after a reset; the first method by the password, where the policy allows it."""
        await desk.registration.allowed(self.subject)
        return await open_page(self, desk)

    async def offers(self, desk: Desk) -> tuple[Option, ...]:
        """The methods that they have, but for those on a phone that is lost."""
        found = await desk.identity.offers(self.subject, self.action)
        return tuple(o for o in found if not (self.lost and o.id.partition(":")[0] in on_phone()))

    async def opened(self, choice: OptionId | None, desk: Desk) -> "Proving[Registering]":
        """Bound; now prove, as for a reset."""
        if self.lost and choice is None and (left := await self.offers(desk)):
            return await choose(self, left, desk)
        return await prove(self, desk, choice)

    async def granted(self, grant: GrantId, desk: Desk) -> "Registering":
        """One grant serves this sitting, ten minutes at most."""
        await desk.registration.no_reset_just_now(self.subject, grant)  # a stranger hears it only now
        if self.lost:
            return TakingOff(self.subject, grant, self.keep, self.also)
        if self.first and self.first in await desk.registration.kinds(self.subject):
            return await add(self.subject, grant, self.first, desk)
        return await my_methods(self.subject, grant, desk)


async def my_methods(subject: SubjectId, grant: GrantId, desk: Desk) -> "MyMethods":
    """As they stand now."""
    mine = await desk.registration.on_file(subject)
    kinds = sorted(await desk.registration.kinds(subject), key={m.kind for m in mine}.__contains__)  # what is missing first
    known, here = devices(await desk.browsers.all(subject)), await desk.browsers.here(subject)
    later, short = await desk.registration.quarantined(subject), not await desk.identity.could(subject, Action.RESET, soon=True)
    return MyMethods(subject, grant, named(mine), tuple(kinds), later, known, here, suspended_offers(mine), short)


async def add(subject: SubjectId, grant: GrantId, kind: Kind, desk: Desk) -> "NewKey | NewAddress | NewSheet":
    """The step that adds one of this kind."""
    shape, login = METHODS[kind].registers, Line((await desk.people.person(subject)).login)
    match shape:
        case shapes.ShownAndTried() | shapes.MadeByBrowser() | shapes.MadeElsewhere() | shapes.WrittenOnPage():
            asked = await desk.registration.add(subject, kind)
            return NewKey(subject, grant, asked.method, asked.id, login, kind)
        case shapes.TypedAndTried():
            return NewAddress(subject, grant, kind, await desk.registration.suggested(subject, kind))
        case shapes.Printed():
            return NewSheet(subject, grant, desk.registration.sheet(), kind, login)
        case shapes.NotByPerson():
            raise Misstep("engine.pick_one")
        case _:
            assert_never(shape)


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

    def ask(self) -> Choose:
        """What there is, and what may be added."""
        adds = tuple(Option(OptionId(k), WordsId(f"method.{k}.add")) for k in self.kinds)
        ends = (*(() if self.here else (TICK,)), *((REMOVE,) if self._own() else ()), FINISH)
        lines = Lines(tuple((str(o.label), o.args) for o in (*self.have, *self.devices))) if self.have else None
        said = "register.menu.none" if not self.have else "register.menu.short" if self.short else "register.menu"
        return Choose(said, (*self.suspended, *adds, *ends), content=lines)

    async def answer(self, reply: Reply, desk: Desk) -> "NewKey | NewAddress | NewSheet | WhichOne | TryIt | Noted | Closed":
        """Add, remove, or be done."""
        if reply.choice == FINISH.id:
            words = "register.done.short" if self.short else "register.done.quarantine" if self.later else "register.done"
            return Closed(WordsId(words), self.later, state=PromptState.STOPPED if self.short else PromptState.DONE)
        if reply.choice == REMOVE.id:
            return WhichOne(self.subject, self.grant, self._own())
        if reply.choice == TICK.id:
            await desk.browsers.tick(self.subject, self.grant)
            return Noted(self.subject, self.grant)
        if reply.choice in [option.id for option in self.suspended]:
            asked = await desk.registration.try_again(self.subject, MethodId(reply.choice or ""))
            return TryIt(self.subject, self.grant, asked.kind, asked.method, asked.id, asked.hint, again=True)
        return await add(self.subject, self.grant, Kind(reply.choice or ""), desk)

    def _own(self) -> tuple[Option, ...]:
        return (*(option for option in self.have if not option.id.startswith(FROM_DIRECTORY)), *self.devices)


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
        return AskSecret(words, code_of(self.kind), args(hint=self.hint), (BACK,))

    async def answer(self, reply: Reply, desk: Desk) -> "Noted | NewAddress":
        """A method counts only when it has worked once."""
        if reply.choice == BACK.id and self.again:
            return Noted(self.subject, self.grant)
        if reply.choice == BACK.id:
            return NewAddress(self.subject, self.grant, self.kind, await desk.registration.suggested(self.subject, self.kind))
        count = desk.registration.resume if self.again else desk.registration.confirm
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
        return Choose(said, (Option(OptionId("saved"), WordsId("register.saved")), BACK), args(login=self.login), exhibit=shown)

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


@step("register.lost")
class TakingOff:
    """One moment: the methods that you lost are being taken off, or suspended until you end it."""

    subject: SubjectId
    grant: GrantId
    keep: bool = False
    also: tuple[MethodId, ...] = ()

    def ask(self) -> Wait:
        """Nothing: a grant can be used only once it is on disk."""
        return Wait("opening", after=0)

    async def look(self, desk: Desk) -> "Noted | NewKey | NewAddress | NewSheet":
        """All that was on the phone comes off; where nothing would be left, it is suspended and something new is added first."""
        if self.keep or not await desk.registration.remove_phone(self.subject, self.grant, self.also):
            await desk.lost_phones.keep(self.subject, self.grant, self.also)
            if not self.keep:
                return await add(self.subject, self.grant, (await desk.registration.kinds(self.subject))[0], desk)
        return Noted(self.subject, self.grant)


Registering: TypeAlias = MyMethods | NewKey | NewAddress | NewSheet | TakingOff
