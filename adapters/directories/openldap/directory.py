"""OpenLDAP with slapo-ppolicy as a directory: who is who, how an account stands, new passwords, and locks taken off."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.directory import LdapDirectory
from adapters.directories.ldap.errors import SilenceReason
from adapters.directories.openldap import password_writes
from adapters.directories.openldap.changes import ChangeTracker
from adapters.directories.openldap.errors import SILENCES
from adapters.directories.openldap.policy import moment
from adapters.directories.openldap.queries import AccountQueries
from bot.directory.interfaces import Changes, SignIn, Write
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret

STAMP = "pwd:"  # how the mark of a password begins; then the server's own moment, or nothing
SECOND, SKEW = 1.0, 2.0  # how finely `pwdChangedTime` counts, and how far two clocks may differ


@dataclass(frozen=True)
class OpenLdapDirectory(LdapDirectory[AccountQueries]):
    """Implements the port. The service account writes with the right `write`, so that the server holds its own policy to us."""

    skew: float = SKEW
    tracker: ChangeTracker = field(default_factory=ChangeTracker)

    silences: ClassVar[Mapping[SilenceReason, str]] = SILENCES

    def conditional(self, subject: SubjectId) -> bool:
        """`Conditional`: by an assertion on `pwdChangedTime` (RFC 4528)."""
        return True

    async def mark(self, subject: SubjectId, action: Action, at: str = "") -> str:
        """`pwdChangedTime` counts seconds, so a fresh one is left alone until its second is over: the next is another one then."""
        entry = await self._run(lambda queries: queries.standing(subject))
        if action is Action.UNLOCK:
            return f"lock:{entry.text('pwdaccountlockedtime') or ''}"
        changed = entry.text("pwdchangedtime") or ""
        if (since := moment(changed)) is not None:
            await asyncio.sleep(min(SECOND, max(0.0, since + SECOND + self.skew - self.world.now())))
        return f"{STAMP}{changed}"

    def _queries(self, connection: LdapConnection) -> AccountQueries:
        return AccountQueries(connection, self.name, self.base, self.world.now())

    def _reset(
        self, queries: AccountQueries, subject: SubjectId, password: Secret, write: Write | None, *, whatever_age: bool
    ) -> None:
        changed = write.seen.removeprefix(STAMP) if write else None
        password_writes.reset(queries, subject, password, changed, whatever_age=whatever_age)

    def _unlock(self, queries: AccountQueries, subject: SubjectId) -> None:
        password_writes.unlock(queries, subject)

    def _sign_in(self, queries: AccountQueries, subject: SubjectId, password: Secret, unguessable: Secret) -> SignIn:
        return password_writes.sign_in(queries, subject, password, unguessable)

    async def _changes(self, since: str | None) -> Changes:
        return await self.tracker.changes(self.pool, self.name, self.base, since, self.world.now())
