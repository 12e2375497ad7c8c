"""Who is an admin at this moment, and who is at a page for admins."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.directory.asking import asked
from bot.directory.interfaces import Directory, Person
from bot.identity.admin_session import AdminSession, session_of
from bot.identity.methods.identity_provider import NotSignedIn, SignInFailure
from bot.platform.clock import World
from bot.platform.ids import SubjectId, directory_of
from bot.platform.keyring import Keys
from bot.platform.sentences import Misstep
from bot.policy.roles import Role, Roles


@dataclass(frozen=True)
class Admins:
    """By the directory, each time anew."""

    directories: Mapping[str, Directory]
    roles: Roles
    keys: Keys
    world: World

    async def session(self, cookie: str, browser: str) -> tuple[AdminSession, Person] | None:
        """Who is at the page. None: nobody who may be, whatever they were when they signed in. Raises Misstep when the directory is silent."""
        session = session_of(self.keys, cookie, browser, self.world.now()) if browser else None
        person = await self._admin(session.subject) if session else None
        return (session, person) if session and person else None

    async def admitted(self, subject: SubjectId) -> None:
        """A directory that is silent lets nobody in. Raises NotSignedIn."""
        try:
            person = await self._admin(subject)
        except Misstep as silent:
            raise NotSignedIn(SignInFailure.AWAY, because="directory") from silent
        if person is None:
            raise NotSignedIn(SignInFailure.NOT_ADMIN)

    async def _admin(self, subject: SubjectId) -> Person | None:
        directory = self.directories.get(directory_of(subject))
        found = await asked(directory.person(subject)) if directory else None
        person = found if found and found.enabled else None
        return person if person and Role.ADMIN in self.roles.of(person) else None
