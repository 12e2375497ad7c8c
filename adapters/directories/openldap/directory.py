"""OpenLDAP with slapo-ppolicy as a directory: who is who, how an account stands, new passwords, and locks taken off."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from adapters.directories.ldap.connection import LdapRefused, SilenceReason, Silent
from adapters.directories.ldap.pool import ConnectionPool
from adapters.directories.ldap.wiring import health
from adapters.directories.openldap import password_writes
from adapters.directories.openldap.changes import ChangeTracker
from adapters.directories.openldap.policy import PasswordPolicy, moment
from adapters.directories.openldap.queries import AccountQueries
from bot.directory.interfaces import Changes, DirectoryRules, Health, Person, Rejected, SignIn, State, Write
from bot.platform.clock import World
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret

T = TypeVar("T")
STAMP = "pwd:"  # how the mark of a password begins; then the server's own moment, or nothing
SECOND, SKEW = 1.0, 2.0  # how finely `pwdChangedTime` counts, and how far two clocks may differ
SILENT = {
    SilenceReason.NETWORK: "No server answers.",
    SilenceReason.CERTIFICATE: "The server's certificate isn't one that ca_file vouches for, or has another name.",
    SilenceReason.ACCOUNT: "The service account isn't let in.",
}


@dataclass(frozen=True)
class OpenLdapDirectory:
    """Implements the port. The service account writes with the right `write`, so that the server holds its own policy to us."""

    name: str
    wire: ConnectionPool
    base: str
    world: World
    writeback: bool = True
    unlocks: bool = True
    advice: tuple[str, ...] = ("after_reset.sign_in_again",)
    skew: float = SKEW
    told: ChangeTracker = field(default_factory=ChangeTracker)

    async def find(self, text: str) -> Person | None:
        return await self._ask(lambda seen: seen.found(text))

    async def person(self, subject: SubjectId) -> Person | None:
        return await self._ask(lambda seen: seen.person(subject))

    async def place(self, subject: SubjectId) -> str | None:
        """Its distinguished name, for whoever limits what may be touched by where it stands. None: gone."""
        return await self._ask(lambda seen: seen.place(subject))

    async def state(self, subject: SubjectId) -> State:
        return await self._ask(lambda seen: seen.judged(subject, PasswordPolicy.state))

    async def rules(self, subject: SubjectId) -> DirectoryRules:
        return await self._ask(lambda seen: seen.judged(subject, PasswordPolicy.rules))

    async def mark(self, subject: SubjectId, action: Action, at: str = "") -> str:
        """`pwdChangedTime` counts seconds, so a fresh one is left alone until its second is over: the next is another one then."""
        entry = await self._ask(lambda seen: seen.standing(subject))
        if action is Action.UNLOCK:
            return f"lock:{entry.text('pwdaccountlockedtime') or ''}"
        changed = entry.text("pwdchangedtime") or ""
        if (since := moment(changed)) is not None:
            await asyncio.sleep(min(SECOND, max(0.0, since + SECOND + self.skew - self.world.now())))
        return f"{STAMP}{changed}"

    def conditional(self, subject: SubjectId) -> bool:
        """`Conditional`: by an assertion on `pwdChangedTime` (RFC 4528)."""
        return True

    async def reset(
        self, subject: SubjectId, password: Secret, *, whatever_age: bool = False, write: Write | None = None
    ) -> None:
        if not self.writeback:
            raise Rejected("directory.read_only")
        changed = write.seen.removeprefix(STAMP) if write else None
        await self._ask(lambda seen: password_writes.reset(seen, subject, password, changed, whatever_age=whatever_age))

    async def unlock(self, subject: SubjectId) -> None:
        if not (self.writeback and self.unlocks):
            raise Rejected("directory.read_only")
        await self._ask(lambda seen: password_writes.unlock(seen, subject))

    async def sign_in(self, subject: SubjectId, password: Secret) -> SignIn:
        """An empty password would be no try at all (RFC 4513 section 5.1.2); an unguessable one in its place is counted."""
        given = password if password.reveal() else Secret(self.world.id("none"))
        return await self._ask(lambda seen: password_writes.sign_in(seen, subject, given))

    async def bad_tries_left(self, subject: SubjectId) -> int:
        return await self._ask(lambda seen: seen.judged(subject, PasswordPolicy.tries_left))

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        """In one go, whatever the limit."""
        try:
            return await self.told.changes(self.wire, self.name, self.base, since, self.world.now())
        except LdapRefused as no:
            raise Silent(SilenceReason.ACCOUNT, no.text) from no

    async def health(self) -> Health:
        return await health(self._ask(lambda seen: seen.line.base(self.base, ("1.1",))), self.base, SILENT)

    def after_reset(self) -> tuple[str, ...]:
        return self.advice

    async def close(self) -> None:
        """`Closing`: lines that are in use are waited for, in a thread."""
        await asyncio.to_thread(self.hang_up)

    def hang_up(self) -> None:
        """Now."""
        self.wire.close()

    async def _ask(self, what: Callable[[AccountQueries], T]) -> T:
        try:
            return await self.wire.ask(lambda line: what(AccountQueries(line, self.name, self.base, self.world.now())))
        except LdapRefused as no:  # of a question: the server's rules don't let us see it
            raise Silent(SilenceReason.ACCOUNT, no.text) from no
