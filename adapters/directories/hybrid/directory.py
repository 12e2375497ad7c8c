"""Two directories that are one company's: each account goes to the one that owns its password, and the other is watched."""

import asyncio
import json
from dataclasses import dataclass, field, replace

from adapters.directories.hybrid.anchors import Anchors
from adapters.directories.hybrid.owners import Owned, Owners
from adapters.directories.hybrid.parts import CloudDirectory, stricter
from bot.directory.interfaces import (
    Changes,
    Conditional,
    Contacts,
    Directory,
    DirectoryRules,
    Health,
    Pass,
    Person,
    Rejected,
    SignIn,
    State,
    Unreachable,
    Write,
    close,
)
from bot.platform.ids import Action, ObjectId, SubjectId
from bot.platform.secret import Secret
from bot.policy.passwords import demand_directory_rules

PATIENCE = 4.0  # seconds for the part on premises, where the cloud has named somebody who doesn't live there
FEW = 200  # changed accounts on premises about which the cloud is asked one by one


@dataclass(frozen=True)
class HybridDirectory:
    """A subject is ours by name. On premises it keeps the id that it has without a cloud, "corp:<guid>"; else "corp:cloud:<id>".

    An id of the cloud whose account is synced (by now) leads to its owner, so it goes on naming the same person.
    Names match nothing: two parts may know different people by the same one.
    What is asked of an account on premises alone goes there alone, so that a silent cloud doesn't hide what has become of it.
    """

    name: str
    on_premises: Directory
    cloud: CloudDirectory
    anchors: Anchors = field(default_factory=Anchors)
    advice: tuple[str, ...] = ()  # instead of both parts' own

    @property
    def owners(self) -> Owners:
        """Where an account's password lives."""
        return Owners(self.name, self.on_premises, self.cloud, self.anchors)

    async def find(self, text: str) -> Person | None:
        """Sign-in names of either part before mail addresses of either; what two people have finds nobody.

        While those on premises are silent, only who signs in to the cloud by this name and lives there alone is found.
        """
        named, mailed = await self.cloud.known_as(text)
        alone = list(named.values()) == [""]
        try:
            async with asyncio.timeout(PATIENCE if alone else None):
                here = await self.on_premises.find(text)
        except (Unreachable, TimeoutError):
            if alone:
                return await self.person(self.owners.ours(*named))
            raise
        for by_name, there in ((True, named), (False, mailed)):
            matches = {anchor or subject: self.owners.ours(subject) for subject, anchor in there.items()}
            if here and by_name is _signs_in_as(here, text):
                matches[self.owners.anchor(here.subject) or here.subject] = self.owners.ours(here.subject)
            if matches:
                return await self.person(*matches.values()) if len(matches) == 1 else None
        return None

    async def person(self, subject: SubjectId) -> Person | None:
        owned = await self.owners.owned(subject)
        found = await owned.directory.person(owned.subject) if owned else None
        if found is None and (alias := self.owners.alias(subject)):
            return await self.person(alias)
        return await self._told(owned, found) if owned and found else None

    async def state(self, subject: SubjectId) -> State:
        home = _somebody(await self.owners.home(subject))
        return await home.directory.state(home.subject)

    async def rules(self, subject: SubjectId) -> DirectoryRules:
        """Both parts' for a synced account: what only one of them accepts would work at only one of them."""
        return await self._rules(_somebody(await self.owners.owned(subject)))

    async def mark(self, subject: SubjectId, action: Action, at: str = "") -> str:
        home = _somebody(await self.owners.home(subject))
        return await home.directory.mark(home.subject, action, at)

    async def reset(
        self, subject: SubjectId, password: Secret, *, whatever_age: bool = False, write: Write | None = None
    ) -> None:
        """Where the account lives. An account that either part protects is left alone."""
        owned = await self._changeable(subject)
        if owned.twin:
            await self._demand(owned, password)
        await owned.directory.reset(owned.subject, password, whatever_age=whatever_age, write=write)

    async def unlock(self, subject: SubjectId) -> None:
        owned = await self._changeable(subject)
        await owned.directory.unlock(owned.subject)

    def gives_passes(self) -> bool:
        """`Passes`: the cloud's."""
        return self.cloud.gives_passes()

    async def mint(self, subject: SubjectId) -> Pass:
        """The cloud's, for whoever has an account or a copy there, and may be helped in both parts."""
        owned = await self._changeable(subject)
        person = await owned.directory.person(owned.subject)
        there = owned.subject if owned.directory is self.cloud else owned.twin
        if person is None or there is None:
            raise Rejected("people.gone" if person is None else "directory.no_passes")
        if person.protected or not person.enabled:
            raise Rejected("directory.protected" if person.protected else "directory.disabled")
        return await self.cloud.mint(there)

    async def sign_in(self, subject: SubjectId, password: Secret) -> SignIn:
        home = await self.owners.home(subject)
        return await home.directory.sign_in(home.subject, password) if home else SignIn.WRONG

    async def bad_tries_left(self, subject: SubjectId) -> int:
        home = _somebody(await self.owners.home(subject))
        return await home.directory.bad_tries_left(home.subject)

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        """Those on premises first; the cloud is asked once they are all told, and tells anew what it adds to them.

        So nobody on premises is asked about in the cloud one by one, unless they are few. Where those on premises are told
        whole, the cloud is as well: then whoever is known and isn't told by either is gone.
        """
        here, there = _marks(since)
        own = await self.on_premises.changes(here, limit)
        if own.whole or len(own.persons) > FEW:
            there = None
        persons = [await self._with_twin(person) for person in own.persons] if there else list(map(self._renamed, own.persons))
        gone = [self.owners.ours(subject) for subject in own.gone]
        if limit is not None and not own.whole and len(persons) + len(gone) >= limit:
            return Changes(persons, gone, json.dumps([own.next, there]))
        theirs, anchors = await self.cloud.anchored_changes(there, None if own.whole else limit)
        for person in theirs.persons:
            told = await self._of_cloud(person, anchors.get(person.subject, ""))
            persons.append(told)
            gone += [self.owners.ours(person.subject)] if told.subject != self.owners.ours(person.subject) else []
        gone += [self.owners.ours(subject) for subject in theirs.gone]
        once = {person.subject: person for person in persons}
        return Changes(list(once.values()), gone, json.dumps([own.next, theirs.next]), whole=own.whole)

    async def health(self) -> Health:
        both = [await part.health() for part in (self.on_premises, self.cloud)]
        return Health(all(each.ok for each in both), " ".join(each.detail for each in both if each.detail))

    def after_reset(self) -> tuple[str, ...]:
        return self.advice or tuple(dict.fromkeys((*self.on_premises.after_reset(), *self.cloud.after_reset())))

    async def close(self) -> None:
        """Both parts' connections are given back."""
        await close((self.on_premises, self.cloud))

    def conditional(self, subject: SubjectId) -> bool:
        """`Conditional`: as the part on premises is; the cloud isn't."""
        here = self.owners.here(subject)
        return here is not None and isinstance(self.on_premises, Conditional) and self.on_premises.conditional(here)

    def lags(self, subject: SubjectId) -> bool:
        """`Lags`: for whoever lives in the cloud alone, whose copies hear of a change later."""
        return self.owners.here(subject) is None

    def blind(self, subject: SubjectId | None) -> bool:
        """`Blind`: for whoever lives in the cloud alone."""
        return subject is not None and self.owners.here(subject) is None

    async def following(self, subject: SubjectId) -> str | None:
        """`Follows`: the cloud takes over the passwords of synced accounts."""
        owned = _somebody(await self.owners.owned(subject))
        return await self.cloud.mark(owned.twin, Action.RESET) if owned.twin else None

    async def of_object(self, object: ObjectId) -> SubjectId | None:
        """`Objects`: the cloud's account, or the one on premises that owns its password."""
        found = await self.cloud.of_object(object)
        owned = await self.owners.there(found) if found else None
        return self.owners.ours(owned.subject) if owned else None

    async def object_of(self, subject: SubjectId) -> ObjectId | None:
        owned = await self.owners.owned(subject)
        there = owned and (owned.twin or (owned.subject if owned.directory is self.cloud else None))
        return await self.cloud.object_of(there) if there else None

    # ------------------------------------------------ what they are made of

    async def _changeable(self, subject: SubjectId) -> Owned:
        owned = await self.owners.owned(subject)
        if owned is None:
            raise Rejected("people.gone")
        twin = await self.cloud.person(owned.twin) if owned.twin else None
        if twin and twin.protected:
            raise Rejected("directory.protected")
        return owned

    async def _rules(self, owned: Owned) -> DirectoryRules:
        rules = await owned.directory.rules(owned.subject)
        return stricter(rules, await self.cloud.rules(owned.twin)) if owned.twin else rules

    async def _demand(self, owned: Owned, password: Secret) -> None:
        """The part on premises would take what the cloud never shows that it refused."""
        person = await owned.directory.person(owned.subject)
        if person:
            demand_directory_rules(password, person, await self._rules(owned))

    async def _told(self, owned: Owned, person: Person) -> Person:
        twin = await self.cloud.person(owned.twin) if owned.twin else None
        return self._merged(person, twin)

    async def _with_twin(self, person: Person) -> Person:
        return await self._told(await self.owners.paired(person.subject), person)

    async def _of_cloud(self, person: Person, anchor: str) -> Person:
        """Somebody whom the cloud told of, as whoever they are here."""
        found = await self.owners.by_anchor(anchor)
        return self._merged(found, person) if found else self._renamed(person)

    def _merged(self, person: Person, twin: Person | None) -> Person:
        """Groups and roles count wherever they are held; who is reached by nothing on premises may be by what the cloud has."""
        ours = self._renamed(person)
        if twin is None:
            return ours
        groups, admin = person.groups | twin.groups, person.admin or twin.admin
        reached = person.contacts if person.contacts != Contacts() else twin.contacts
        return replace(
            ours,
            groups=groups,
            admin=admin,
            protected=person.protected or twin.protected,
            smart_card=person.smart_card or twin.smart_card,
            contacts=reached,
        )

    def _renamed(self, person: Person) -> Person:
        manager = self.owners.ours(person.manager) if person.manager else None
        return replace(person, subject=self.owners.ours(person.subject), manager=manager)


def _signs_in_as(person: Person, text: str) -> bool:
    """Found by what isn't their mail address, or is both."""
    key = text.strip().casefold()
    return key == person.login.casefold() or key != (person.mail or "").casefold()


def _somebody(owned: Owned | None) -> Owned:
    if owned is None:
        raise Unreachable  # nobody's: nothing can be said of it
    return owned


def _marks(since: str | None) -> tuple[str | None, str | None]:
    """A mark that isn't ours is handed on as it is: each part then tells everything, as it does for any odd one."""
    if since is None:
        return None, None
    try:
        here, there = json.loads(since)
    except (ValueError, TypeError):
        return since, since
    both = isinstance(here, str) and (there is None or isinstance(there, str))
    return (here, there) if both else (since, since)
