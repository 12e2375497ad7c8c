"""Two directories that are one company's: each account goes to the one that owns its password, and the other is watched."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from adapters.directories.anchors import Anchors
from bot.accounts.directory import Changes, Directory, Health, Objects, Person, Rejected, Rules, SignIn, State, Unreachable, close
from bot.ids import Action, ObjectId, SubjectId, directory_of
from bot.policy.passwords import by_directory, first_unmet
from bot.secret import Secret

FEW = 200  # changed accounts on premises about which the cloud is asked one by one


class Cloud(Directory, Objects, Protocol):
    """What is asked of the cloud beyond the port. The look-ups may raise Unreachable."""

    async def anchor(self, subject: SubjectId) -> str | None:
        """What a synced account is matched by; empty: its password lives in the cloud. None: no such account."""

    async def anchored(self, anchor: str) -> SubjectId | None:
        """The synced account with this anchor."""

    async def anchored_changes(self, since: str | None, limit: int | None = None) -> tuple[Changes, Mapping[SubjectId, str]]:
        """Changes, and the anchors of the synced accounts among them."""


@dataclass(frozen=True, slots=True)
class Owned:
    """An account where its password lives; `twin`: its copy in the cloud, for one that lives on premises and is synced."""

    directory: Directory
    subject: SubjectId
    twin: SubjectId | None = None


@dataclass(frozen=True)
class HybridDirectory:
    """A subject is ours by name, and holds the subject of the part that owns it: "corp:ad:<guid>", "corp:cloud:<id>".

    An id of the cloud whose account is synced (by now) leads to its owner, so it goes on naming the same person.
    Names match nothing: two parts may know different people by the same one.
    """

    name: str
    on_premises: Directory
    cloud: Cloud
    anchors: Anchors = field(default_factory=Anchors)
    advice: tuple[str, ...] = ()  # instead of both parts' own

    async def find(self, text: str) -> Person | None:
        """On premises first: there a person has the name that the whole network knows."""
        if found := await self.on_premises.find(text):
            return await self._with_twin(found)
        found = await self.cloud.find(text)
        return await self.person(self._ours(found.subject)) if found else None

    async def person(self, subject: SubjectId) -> Person | None:
        owned = await self._owned(subject)
        found = await owned.directory.person(owned.subject) if owned else None
        return await self._told(owned, found) if owned and found else None

    async def state(self, subject: SubjectId) -> State:
        owned = await self._known(subject)
        return await owned.directory.state(owned.subject)

    async def rules(self, subject: SubjectId) -> Rules:
        """Both parts' for a synced account: what only one of them accepts would work at only one of them."""
        return await self._rules(await self._known(subject))

    async def mark(self, subject: SubjectId, action: Action) -> str:
        owned = await self._known(subject)
        return await owned.directory.mark(owned.subject, action)

    async def reset(self, subject: SubjectId, password: Secret) -> None:
        """Where the account lives. An account that either part protects is left alone."""
        owned = await self._changeable(subject)
        if owned.twin:
            await self._demand(owned, password)
        await owned.directory.reset(owned.subject, password)

    async def unlock(self, subject: SubjectId) -> None:
        owned = await self._changeable(subject)
        await owned.directory.unlock(owned.subject)

    async def sign_in(self, subject: SubjectId, password: Secret) -> SignIn:
        owned = await self._owned(subject)
        return await owned.directory.sign_in(owned.subject, password) if owned else SignIn.WRONG

    async def bad_tries_left(self, subject: SubjectId) -> int:
        owned = await self._known(subject)
        return await owned.directory.bad_tries_left(owned.subject)

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
        gone = [self._ours(subject) for subject in own.gone]
        if limit is not None and not own.whole and len(persons) + len(gone) >= limit:
            return Changes(persons, gone, json.dumps([own.next, there]))
        theirs, anchors = await self.cloud.anchored_changes(there, None if own.whole else limit)
        for person in theirs.persons:
            told = await self._of_cloud(person, anchors.get(person.subject, ""))
            persons.append(told)
            gone += [self._ours(person.subject)] if told.subject != self._ours(person.subject) else []
        gone += [self._ours(subject) for subject in theirs.gone]
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

    def lags(self, subject: SubjectId) -> bool:
        """`Lags`: the cloud does."""
        return directory_of(SubjectId(subject.removeprefix(f"{self.name}:"))) != self.on_premises.name

    async def following(self, subject: SubjectId) -> str | None:
        """`Follows`: the cloud takes over the passwords of synced accounts."""
        owned = await self._known(subject)
        return await self.cloud.mark(owned.twin, Action.RESET) if owned.twin else None

    async def of_object(self, object: ObjectId) -> SubjectId | None:
        """`Objects`: the cloud's account, or the one on premises that owns its password."""
        found = await self.cloud.of_object(object)
        owned = await self._there(found) if found else None
        return self._ours(owned.subject) if owned else None

    async def object_of(self, subject: SubjectId) -> ObjectId | None:
        owned = await self._owned(subject)
        there = owned and (owned.twin or (owned.subject if owned.directory is self.cloud else None))
        return await self.cloud.object_of(there) if there else None

    # ------------------------------------------------ what they are made of

    async def _owned(self, subject: SubjectId) -> Owned | None:
        inner = SubjectId(subject.removeprefix(f"{self.name}:"))
        if directory_of(inner) == self.on_premises.name:
            return await self._here(inner)
        if ":" not in inner:  # as an identity provider names somebody: by the cloud's id alone
            inner = SubjectId(f"{self.cloud.name}:{inner}")
        if directory_of(inner) != self.cloud.name:
            return None
        return await self._there(inner)

    async def _here(self, subject: SubjectId) -> Owned:
        try:
            anchor = self.anchors.of(subject.removeprefix(f"{self.on_premises.name}:"))
        except ValueError:
            return Owned(self.on_premises, subject)
        return Owned(self.on_premises, subject, await self.cloud.anchored(anchor))

    async def _there(self, subject: SubjectId) -> Owned | None:
        """A synced account that this house doesn't know on premises stays the cloud's, which refuses to touch it."""
        anchor = await self.cloud.anchor(subject)
        if anchor is None:
            return None
        found = await self._by_anchor(anchor)
        return Owned(self.on_premises, found.subject, subject) if found else Owned(self.cloud, subject)

    async def _by_anchor(self, anchor: str) -> Person | None:
        try:
            here = self.anchors.back(anchor) if anchor else ""
        except ValueError:
            return None
        return await self.on_premises.person(SubjectId(f"{self.on_premises.name}:{here}")) if here else None

    async def _known(self, subject: SubjectId) -> Owned:
        if owned := await self._owned(subject):
            return owned
        raise Unreachable  # nobody's: nothing can be said of it

    async def _changeable(self, subject: SubjectId) -> Owned:
        owned = await self._owned(subject)
        if owned is None:
            raise Rejected("people.gone")
        twin = await self.cloud.person(owned.twin) if owned.twin else None
        if twin and twin.protected:
            raise Rejected("directory.protected")
        return owned

    async def _rules(self, owned: Owned) -> Rules:
        rules = await owned.directory.rules(owned.subject)
        return stricter(rules, await self.cloud.rules(owned.twin)) if owned.twin else rules

    async def _demand(self, owned: Owned, password: Secret) -> None:
        """The part on premises would take what the cloud never shows that it refused."""
        person = await owned.directory.person(owned.subject)
        broken = first_unmet(by_directory(password, person, await self._rules(owned))) if person else None
        if broken:
            raise Rejected(broken.id, broken.args)

    async def _told(self, owned: Owned, person: Person) -> Person:
        twin = await self.cloud.person(owned.twin) if owned.twin else None
        return self._merged(person, twin)

    async def _with_twin(self, person: Person) -> Person:
        return await self._told(await self._here(person.subject), person)

    async def _of_cloud(self, person: Person, anchor: str) -> Person:
        """Somebody whom the cloud told of, as whoever they are here."""
        found = await self._by_anchor(anchor)
        return self._merged(found, person) if found else self._renamed(person)

    def _merged(self, person: Person, twin: Person | None) -> Person:
        """Groups and roles count wherever they are held."""
        ours = self._renamed(person)
        if twin is None:
            return ours
        groups, admin = person.groups | twin.groups, person.admin or twin.admin
        return replace(ours, groups=groups, admin=admin, protected=person.protected or twin.protected)

    def _renamed(self, person: Person) -> Person:
        manager = self._ours(person.manager) if person.manager else None
        return replace(person, subject=self._ours(person.subject), manager=manager)

    def _ours(self, subject: SubjectId) -> SubjectId:
        return SubjectId(f"{self.name}:{subject}")


def stricter(one: Rules, other: Rules) -> Rules:
    """What satisfies both."""
    return Rules(
        max(one.min_length, other.min_length),
        min(one.max_length, other.max_length),
        one.complexity or other.complexity,
        max(one.history, other.history),
        one.ascii_only or other.ascii_only,
        max(one.may_change_at, other.may_change_at),
    )


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
