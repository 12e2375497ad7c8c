"""Active Directory as a directory: who is who, how an account stands, new passwords, and locks taken off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from adapters.directories.active_directory import contact_writes, password_writes
from adapters.directories.active_directory.changes import ChangeTracker
from adapters.directories.active_directory.errors import SILENCES
from adapters.directories.active_directory.policy import LAST_SET
from adapters.directories.active_directory.queries import AccountQueries
from adapters.directories.active_directory.unclear_writes import UnclearWrites
from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.directory import LdapDirectory
from adapters.directories.ldap.errors import SilenceReason
from bot.directory.interfaces import Changes, ContactField, Rejected, SignIn, Write
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret


@dataclass(frozen=True)
class ActiveDirectory(LdapDirectory[AccountQueries]):
    """Implements the port. The server's own no counts; ours come before it where it would be late, vague or silent."""

    advice: tuple[str, ...] = ("after_reset.sign_in_again", "after_reset.vpn", "after_reset.phone")
    tracker: ChangeTracker = field(default_factory=ChangeTracker)
    unclear: UnclearWrites = field(default_factory=UnclearWrites)
    contacts: bool = False

    silences: ClassVar[Mapping[SilenceReason, str]] = SILENCES

    async def mark(self, subject: SubjectId, action: Action, at: str = "") -> str:
        """What broke off on one server is looked for there and nowhere else: another may not have heard of it yet."""
        host = at if at in self.pool.servers.hosts else self.unclear.host(subject, self.world.now())
        entry = await self._run(lambda queries: queries.standing(subject), host)
        self.unclear.cleared(subject)
        return f"lock:{entry.number('lockouttime')}" if action is Action.UNLOCK else f"pwd:{entry.number(LAST_SET.lower())}"

    def corrects(self, field: ContactField) -> bool:
        """`Corrects`."""
        return self.writeback and self.contacts and field in contact_writes.PLACES

    async def correct(self, subject: SubjectId, field: ContactField, value: Secret) -> None:
        if not self.corrects(field):
            raise Rejected("directory.read_only")
        await self._run(lambda queries: contact_writes.correct(queries, subject, field, value))

    def _queries(self, connection: LdapConnection) -> AccountQueries:
        return AccountQueries(connection, self.name, self.base, self.world.now())

    def _reset(
        self, queries: AccountQueries, subject: SubjectId, password: Secret, write: Write | None, *, whatever_age: bool
    ) -> None:
        """A domain controller knows no condition on a modify, so what was written may arrive late."""
        password_writes.reset(queries, self.unclear, subject, password, whatever_age=whatever_age)

    def _unlock(self, queries: AccountQueries, subject: SubjectId) -> None:
        password_writes.unlock(queries, self.unclear, subject)

    def _sign_in(self, queries: AccountQueries, subject: SubjectId, password: Secret, unguessable: Secret) -> SignIn:
        return password_writes.sign_in(queries, subject, password, unguessable)

    async def _changes(self, since: str | None) -> Changes:
        return await self.tracker.changes(self.pool, self.name, self.base, since, self.world.now())
