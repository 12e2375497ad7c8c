"""The rules for whoever sits at a page, shown live while a new password is typed, and a passphrase that meets them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.conversation.interfaces import Conversations
from bot.directory.interfaces import Directory, DirectoryRules, Person, Unreachable
from bot.model.step import AboutSomebody
from bot.platform.clock import World
from bot.platform.ids import WindowId, directory_of
from bot.platform.secret import Secret
from bot.policy.check import PasswordCheck
from bot.policy.passphrase import suggest
from bot.policy.passwords import Ruling, names_of

TRIES = 20  # far more than are ever needed


@dataclass(frozen=True)
class LiveRules:
    """Asks the directory anew each time; a page asks a few times a second at most."""

    conversations: Conversations
    directories: Mapping[str, Directory]
    check: PasswordCheck
    world: World

    async def rulings(self, window: WindowId, password: Secret) -> tuple[Ruling, ...]:
        """Each rule, met or not; none when no password is asked for here, or the directory is silent."""
        found = await self._about(window)
        return await self.check.rulings(password, *found) if found else ()

    async def suggest(self, window: WindowId) -> Secret:
        """A fresh passphrase that meets all rules of this person."""
        found = await self._about(window)
        if found is None:
            return suggest(self.world)
        least = max(found[1].min_length, await self.check.least())
        avoid = (*names_of(found[0]), self.check.company)
        made = suggest(self.world, least, avoid)
        for _ in range(TRIES):
            if all(r.met for r in await self.check.rulings(made, *found)):
                break
            made = suggest(self.world, least, avoid)
        return made  # the rules are checked once more when it is taken

    async def _about(self, window: WindowId) -> tuple[Person, DirectoryRules] | None:
        standing = await self.conversations.standing(window)
        if standing is None or not isinstance(standing.step, AboutSomebody):
            return None
        subject = standing.step.subject
        directory = self.directories[directory_of(subject)]
        try:
            person = await directory.person(subject)
            return (person, await directory.rules(subject)) if person else None
        except Unreachable:  # the page must still open: it may have to say just that
            return None
