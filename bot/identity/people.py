"""Who somebody is, in the directory that owns their account; and nobody at all, for a stranger's wrong guess."""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.directory.asking import asked
from bot.directory.interfaces import Directory, Person
from bot.identity.decoys import decoy
from bot.identity.interfaces import LOCKED
from bot.platform.clock import World, told
from bot.platform.ids import SubjectId, directory_of, is_decoy
from bot.platform.keyring import Keys
from bot.platform.sentences import Refuse
from bot.policy.current import Policies
from bot.policy.roles import Roles
from bot.policy.scope import Barred, barred


class Freezer(Protocol):
    """Whoever knows which accounts are frozen."""

    async def frozen(self, subject: SubjectId) -> float:
        """Until when; 0: it isn't."""


@dataclass(frozen=True)
class People:
    """For one turn, in which the directory is asked about an account once."""

    directories: Mapping[str, Directory]
    roles: Roles
    policies: Policies
    keys: Keys
    records: Freezer
    world: World
    _known: dict[SubjectId, Person] = field(default_factory=dict)

    async def find(self, typed: str) -> Person | None:
        """By what a person types as their sign-in name."""
        for directory in self.directories.values():
            if person := await asked(directory.find(typed.strip())):
                return person
        return None

    async def visitor(self, typed: str) -> SubjectId:
        """For a stranger: the account, or a decoy that behaves the same when there is none or it can't help itself.

        Every directory is asked, whichever knows the name: one that is silent is so to all strangers alike.
        """
        found = await asyncio.gather(*(asked(directory.find(typed.strip())) for directory in self.directories.values()))
        person = next((each for each in found if each), None)
        if person is None or await self.barred(person):
            return decoy(self.keys, typed)
        return person.subject

    async def barred(self, person: Person) -> Barred | None:
        """Why the policy doesn't let them help themselves."""
        if await self.records.frozen(person.subject) > self.world.now():
            return Barred.FROZEN
        return barred(await self.policies.current(), person, admin=self.roles.admin(person))

    async def person(self, subject: SubjectId) -> Person:
        """Raises Refuse when the account is gone."""
        if subject not in self._known:
            directory = self.directories.get(directory_of(subject))
            person = await asked(directory.person(subject)) if directory and not is_decoy(subject) else None
            if person is None:
                raise Refuse("people.gone")
            self._known[subject] = person
        return self._known[subject]

    async def reached(self, subject: SubjectId, *, stranger: bool) -> None:
        """Raises Misstep when the directory is silent; to a stranger when any is, so that an outage tells nobody who exists, or where."""
        own = directory_of(subject)
        others = [
            asked(d.find(subject)) for name, d in self.directories.items() if stranger and (name != own or is_decoy(subject))
        ]
        await asyncio.gather(*([] if is_decoy(subject) else [self.person(subject)]), *others)

    async def able(self, subject: SubjectId) -> Person:
        """Somebody who may help themselves. Raises Refuse that says why not."""
        person = await self.person(subject)
        if why := await self.barred(person):
            until = await self.records.frozen(person.subject) if why is Barred.FROZEN else 0.0
            if until == math.inf:  # its rows don't fit their signature
                raise Refuse("barred.unsigned")
            if until == LOCKED:
                raise Refuse("barred.locked")
            raise Refuse(f"barred.{why}", hint=told(until) if until else "")
        return person
