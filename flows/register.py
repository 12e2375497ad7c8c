"""How I prove who I am: the wish to see my methods and to change them, and the right to."""

from typing import TypeAlias

from bot.engine.desk import Desk
from bot.identity.lost_phones import lost_with_it
from bot.identity.methods.registry import on_phone
from bot.model.codec import kept, step
from bot.model.prompt import Option, Wait
from bot.platform.ids import Action, CaseId, GrantId, Kind, MethodId, OptionId, SubjectId, WordsId
from flows.my_methods import MyMethods, NewAddress, NewKey, NewName, NewSheet, Noted, add, my_methods
from flows.page import Paged, open_page
from flows.verify import Proving, choose, prove


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
        if not self.lost:
            return found
        mine = await desk.registration.on_file(self.subject)
        left = {m.kind for m in mine if m not in lost_with_it(mine, self.also)}
        return tuple(o for o in found if (kind := o.id.partition(":")[0]) not in on_phone() or kind in left)

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

    async def look(self, desk: Desk) -> "Noted | NewName | NewKey | NewAddress | NewSheet":
        """All that was on the phone comes off; where nothing would be left, it is suspended and something new is added first."""
        if self.keep or not await desk.registration.remove_phone(self.subject, self.grant, self.also):
            await desk.lost_phones.keep(self.subject, self.grant, self.also)
            if not self.keep:
                return await add(self.subject, self.grant, (await desk.registration.kinds(self.subject))[0], desk)
        return Noted(self.subject, self.grant)


Registering: TypeAlias = MyMethods | NewName | NewKey | NewAddress | NewSheet | TakingOff
