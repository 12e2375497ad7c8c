"""The rules for whoever sits at a page, shown live while a new password is typed, and a passphrase that meets them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.accounts.directory import Directory, Person, Rules
from bot.conversation.ports import Conversations
from bot.ids import SubjectId, WindowId, directory_of
from bot.policy.check import PasswordCheck
from bot.policy.passphrase import suggest
from bot.policy.passwords import Ruling, names_of
from bot.secret import Secret
from bot.world import World


@runtime_checkable
class AboutSomebody(Protocol):
    """A step that is about one account."""

    @property
    def subject(self) -> SubjectId:
        """Whose."""


@dataclass(frozen=True)
class LiveRules:
    """Asks the directory anew each time; a page asks a few times a second at most."""

    conversations: Conversations
    directories: Mapping[str, Directory]
    check: PasswordCheck
    world: World

    async def rulings(self, window: WindowId, password: Secret) -> tuple[Ruling, ...]:
        """Each rule, met or not; none when no password is asked for here."""
        found = await self._about(window)
        return await self.check.rulings(password, *found) if found else ()

    async def suggest(self, window: WindowId) -> Secret:
        """A fresh passphrase that meets all rules of this person."""
        found = await self._about(window)
        least, avoid = (found[1].min_length, (*names_of(found[0]), self.check.company)) if found else (0, ())
        while True:
            made = suggest(self.world, least, avoid)
            if found is None or all(r.met for r in await self.check.rulings(made, *found)):
                return made

    async def _about(self, window: WindowId) -> tuple[Person, Rules] | None:
        standing = await self.conversations.standing(window)
        if standing is None or not isinstance(standing.step, AboutSomebody):
            return None
        subject = standing.step.subject
        directory = self.directories[directory_of(subject)]
        person = await directory.person(subject)
        return (person, await directory.rules(subject)) if person else None
