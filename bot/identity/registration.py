"""Adding and removing methods: as strong as recovery, told to every address on file, and in quarantine at first."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from bot.accounts.interfaces import Operations
from bot.identity.after_reset import held_until, withstands
from bot.identity.challenges import Asked, Challenges
from bot.identity.contact_corrections import correction
from bot.identity.directory_contacts import first_of
from bot.identity.identity import Identity
from bot.identity.interfaces import Records
from bot.identity.lost_phones import lost_with_it
from bot.identity.made_by_browser import made_elsewhere, made_here
from bot.identity.masks import masked
from bot.identity.methods.registry import METHODS, groups
from bot.identity.methods.shapes import (
    MadeByBrowser,
    MadeElsewhere,
    NotByPerson,
    Printed,
    ShownAndTried,
    TypedAndTried,
    WrittenOnPage,
)
from bot.identity.registered import NEVER, Registered
from bot.identity.taken_addresses import taken
from bot.identity.written_on_page import written_here
from bot.model.facts import Added, Audited, Confirmed, Once, Removed
from bot.model.turn import Turn
from bot.platform.clock import World, told
from bot.platform.ids import Action, ChallengeId, GrantId, Kind, Line, MethodId, SubjectId
from bot.platform.job_outbox import Sent
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Args, Misstep, Refuse, args
from bot.policy.by_group import policy_for, policy_for_anybody
from bot.policy.policy import ContactRule

HOUR, DAY = 3600.0, 86400.0
Which = Callable[[Registered], bool]
AFTER = {Action.RESET: "register.after_reset", Action.DISOWN: "register.after_not_me"}  # why not within a day of it


@dataclass(frozen=True)
class Registration:
    """For one turn."""

    turn: Turn
    records: Records
    operations: Operations
    identity: Identity
    challenges: Challenges
    keys: Keys
    world: World

    async def allowed(self, subject: SubjectId) -> None:
        """Raises Refuse: never soon after a reset, and never where nothing could prove who is asking.

        A stranger is told nothing here: it would say who has an account, and what is on file for it.
        """
        if self.turn.party.subject is None:
            return
        await self.no_reset_just_now(subject)
        if await self.identity.could(subject, Action.REGISTER):
            return
        if not await self.on_file(subject):
            raise Refuse("register.first_by_helpdesk")
        if await self.identity.could(subject, Action.REGISTER, soon=True):
            raise Refuse("register.too_new", hint=await self.quarantined(subject))
        raise Refuse("verify.no_method_left")

    async def no_reset_just_now(self, subject: SubjectId, grant: GrantId | None = None) -> None:
        """Raises Refuse: whoever stole a password doesn't settle in by it."""
        for action, why in AFTER.items():
            until = await held_until(self.operations, subject, action, self.world.now())
            if until and (action is Action.DISOWN or not await withstands(self.identity, subject, grant)):
                raise Refuse(why, hint=told(until))

    async def kinds(self, subject: SubjectId) -> tuple[Kind, ...]:
        """What may be added: what the policy lets this person prove with, and this house can carry."""
        people = self.identity.people
        person = await people.person(subject)
        available, admin = policy_for(await people.policies.current(), person).methods.available, people.roles.admin(person)
        own = [k for k, m in METHODS.items() if not (isinstance(m.registers, NotByPerson) or (admin and m.never_admins))]
        return tuple(k for k in own if k in available and k in self.identity.deliverable)

    async def lacking(self, subject: SubjectId) -> bool:
        """Whether this house wants methods registered, this account couldn't recover with its own, and it could mend that here."""
        people = self.identity.people
        if not (await people.policies.current()).registration.required or await people.barred(await people.person(subject)):
            return False
        enough = await self.identity.could(subject, Action.RESET, soon=True)
        return not enough and await self.identity.could(subject, Action.REGISTER)

    def sheet(self) -> MethodId:
        """The name of a new sheet, from which its codes are derived."""
        return MethodId(self.world.id("sheet"))

    async def quarantined(self, subject: SubjectId) -> Line:
        """Until when something on file recovers nothing yet, as people read it; empty when all of it counts."""
        until = max((m.usable_from for m in await self.on_file(subject)), default=0.0)
        return Line(told(until) if until > self.world.now() else "")

    async def on_file(self, subject: SubjectId) -> list[Registered]:
        """Confirmed methods, those in quarantine included."""
        return [m for m in await self.identity.methods(subject) if m.confirmed]

    async def add(self, subject: SubjectId, kind: Kind, typed: str = "") -> Asked:
        """A new one, to be tried: made here, and called as it was typed, or an address that was. Raises Misstep for what can't be registered."""
        if kind not in await self.kinds(subject):
            raise Misstep("engine.pick_one")
        match METHODS[kind].registers:
            case ShownAndTried(made=made, named=named):
                secret = made(self.world)
                return await self._added(subject, kind, named(secret, typed) if named else secret)
            case TypedAndTried(read=read):
                country = (await self.identity.people.policies.current()).registration.country
                return await self._added(subject, kind, read(typed, country))
            case WrittenOnPage():
                return await self.challenges.ask(subject, Action.REGISTER, kind, None, granted=True)
            case MadeByBrowser() | MadeElsewhere():
                await self._fits(subject, kind, Secret(""))
                return await self.challenges.ask(subject, Action.REGISTER, kind, None, granted=True)
            case _:
                raise Misstep("engine.pick_one")

    async def _added(self, subject: SubjectId, kind: Kind, secret: Secret) -> Asked:
        await self._fits(subject, kind, secret)
        method = Registered(MethodId(self.world.id("method")), subject, kind, secret, self.world.now(), NEVER)
        self.turn.note(Added(method.id, subject, kind, method.sealed(self.keys), method.registered_at))
        asked = await self.challenges.ask(subject, Action.REGISTER, kind, method, granted=True)
        return replace(asked, hint=Line(masked(method)))  # whoever typed it may see it in part

    async def add_known(self, subject: SubjectId, kind: Kind) -> Asked:
        """As `add`, with what the directory knows: it is tried like any other. Raises Misstep when it knows nothing any more."""
        found = await self._known(subject, kind)
        if found is None or kind not in await self.kinds(subject):
            raise Misstep("engine.pick_one")
        return await self._added(subject, kind, found)

    async def suggested(self, subject: SubjectId, kind: Kind) -> Line:
        """What the directory knows and they haven't registered, shown in part; empty: nothing."""
        found = await self._known(subject, kind)
        if found is None or any(m.secret.equals(found) for m in await self.on_file(subject) if m.kind == kind):
            return Line("")
        return Line(masked(Registered(MethodId(""), subject, kind, found, 0.0, 0.0)))

    async def _known(self, subject: SubjectId, kind: Kind) -> Secret | None:
        rule = (await self.identity.people.policies.current()).registration
        if rule.contact_data is ContactRule.IGNORE:
            return None
        return first_of(await self.identity.people.person(subject), kind, rule.country)

    async def confirm(self, grant: GrantId, method: MethodId, challenge: ChallengeId, given: Secret) -> None:
        """It was tried, and is on file. Raises Misstep for a wrong code. `method` empty: one that the browser makes."""
        if not method:
            await self._made(grant, challenge, given)
            return
        asked, right = await self.challenges.checked(challenge, given)
        pending = next((m for m in await self.records.methods(asked.subject) if m.id == method), None)
        if pending is None or right.method != method:
            raise Refuse("verify.over")
        await self.entitled(grant, asked.subject)
        await self.challenges.limits.succeeded(asked)
        await self._count(grant, pending, right.step)

    async def _made(self, grant: GrantId, challenge: ChallengeId, given: Secret) -> None:
        self._on_the_page()
        if new := await written_here(self.challenges, self.identity.people, challenge, given):
            await self._in_place_of_older(grant, new.subject, new.kind)
        else:
            new = await made_here(self.challenges, grant, challenge, given)
            await self._fits(new.subject, new.kind, new.secret)
        await self._taken_up(grant, new)

    async def came(self, grant: GrantId, challenge: ChallengeId) -> bool:
        """What another device made is on file. False: nothing has come from it yet."""
        if (new := await made_elsewhere(self.challenges, grant, challenge)) is not None:
            await self._fits(new.subject, new.kind, new.secret)
            await self._taken_up(grant, new)
        return new is not None

    async def _taken_up(self, grant: GrantId, new: Registered) -> None:
        await self.entitled(grant, new.subject)
        self.turn.note(Added(new.id, new.subject, new.kind, new.sealed(self.keys), new.registered_at))
        await self._count(grant, new, new.last_step)

    async def put_away(self, subject: SubjectId, grant: GrantId, kind: Kind, sheet: MethodId) -> None:
        """The codes of a sheet were printed; those of older sheets work no more. Raises Misstep anywhere but on the page."""
        shape = METHODS[kind].registers
        if not isinstance(shape, Printed):
            raise Misstep("engine.pick_one")
        self._on_the_page()
        await self.entitled(grant, subject)
        await self._in_place_of_older(grant, subject, kind)
        for number, code in enumerate(shape.codes(self.keys, sheet)):
            kept = shape.kept(self.keys, subject, code)
            row = Registered(MethodId(f"{sheet}.{number}"), subject, kind, kept, self.world.now(), NEVER)
            self.turn.note(Added(row.id, subject, row.kind, row.sealed(self.keys), row.registered_at))
            await self._count(grant, row, 0, quiet=number > 0)

    async def _in_place_of_older(self, grant: GrantId, subject: SubjectId, kind: Kind) -> None:
        older = [m for m in await self.records.methods(subject) if m.kind == kind and m.confirmed]
        self.turn.note(*(Removed(m.id, subject, grant) for m in older))

    async def remove(self, subject: SubjectId, grant: GrantId, method: MethodId) -> None:
        """Off the file. Raises Misstep when nothing would be left to recover with, and anywhere but on the page."""
        self._on_the_page()
        if not await self._remove(
            subject, grant, lambda m: m.id == method or (METHODS[m.kind].one_use and MethodId(m.kind) == method)
        ):
            raise Misstep("register.last_one")

    async def remove_phone(self, subject: SubjectId, grant: GrantId, also: Collection[MethodId] = ()) -> bool:
        """All that was on a phone that is lost. False: nothing would be left, so it stays until there is something else."""
        lost = {m.id for m in lost_with_it(await self.on_file(subject), also)}
        return await self._remove(subject, grant, lambda m: m.id in lost, lost=True)

    async def _remove(self, subject: SubjectId, grant: GrantId, which: Which, *, lost: bool = False) -> bool:
        await self.entitled(grant, subject)
        mine = await self.on_file(subject)
        gone = [m for m in mine if which(m) and not m.from_directory]
        if not gone:
            raise Misstep("engine.pick_one")
        if all(m.suspended or m in gone or METHODS[m.kind].temporary for m in mine):
            return False
        self.turn.note(_looked_at(subject, mine), *(Removed(m.id, subject, grant) for m in gone))
        for kind in dict.fromkeys(m.kind for m in gone):
            alike = [m for m in gone if m.kind == kind]
            self.told(grant, "removed", alike[0], taken(self.keys, subject, alike, lost=lost))
        return True

    def _on_the_page(self) -> None:
        """A chat may choose and may stop; it changes nothing on file."""
        if self.turn.window != self.turn.sealed:
            raise Misstep("register.on_the_page")

    async def entitled(self, grant: GrantId, subject: SubjectId) -> None:
        """Raises Refuse: not by this grant, or not any more."""
        await self.no_reset_just_now(subject, grant)
        await self.identity.authorize(grant, Action.REGISTER, subject)

    async def _count(self, grant: GrantId, method: Registered, step: int, *, quiet: bool = False) -> None:
        usable = self.world.now() + await self._quarantine(grant)
        sealed = replace(method, usable_from=usable).sealed(self.keys)
        self.turn.note(Confirmed(method.id, method.subject, sealed, usable, self.world.now(), step, grant))
        if not quiet:
            self.told(grant, "added", method)
        counting = replace(method, usable_from=usable)
        self.turn.note(*correction(self.identity.people.directories, counting, self.world.now()))

    async def _quarantine(self, grant: GrantId) -> float:
        """Seconds: none when two independent methods added it: that much recovers the account already."""
        found = await self.records.grant(grant)
        worth = groups([p.kind for p in found[1]]) if found else 0
        hours = policy_for_anybody(await self.identity.people.policies.current()).registration.quarantine_hours
        return 0.0 if worth > 1 else hours * HOUR

    async def _fits(self, subject: SubjectId, kind: Kind, secret: Secret) -> None:
        mine = [m for m in await self.on_file(subject) if m.kind == kind and not m.from_directory]
        if any(m.secret.equals(secret) for m in mine):
            raise Misstep("register.already")
        if len(mine) >= METHODS[kind].most:
            raise Misstep("register.too_many")
        METHODS[kind].fits(await self.identity.people.person(subject), secret)

    def told(self, grant: GrantId, what: str, method: Registered, addresses: Args = ()) -> None:
        """Whence: the browser, by what it calls itself, or else how whoever did it is known."""
        sealed, about = self.turn.claim.sealed, args(method=method.id, kind=method.kind, grant=grant)
        at = args(conversation=self.turn.conversation, whence=sealed.label if sealed else self.turn.party.origin)
        self.turn.note(
            Audited(f"identity:method:{what}", method.subject, (*about, *at)),
            Sent("notice", method.subject, (*args(action=Action.REGISTER, outcome=what), *about, *addresses)),
        )


def _looked_at(subject: SubjectId, mine: Sequence[Registered]) -> Once:
    """Of two sittings that looked at the same methods one removes: the other, that took the last one, looks again."""
    seen = "|".join(sorted(m.id for m in mine))
    return Once(f"methods:{subject}:{sha256(seen.encode()).hexdigest()}", DAY)
