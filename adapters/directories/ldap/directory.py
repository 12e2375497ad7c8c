"""What every directory behind LDAP does alike: each query runs on a pooled connection, and what may not be seen is silence."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, TypeVar

from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.errors import LdapRefused, SilenceReason, Silent
from adapters.directories.ldap.pool import ConnectionPool
from bot.directory.interfaces import Changes, DirectoryRules, Health, Person, Rejected, SignIn, State, Write
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret

T = TypeVar("T")


class Queries(Protocol):
    """What is asked on one connection at one moment. Each may raise Unreachable, and LdapRefused where we may not see it."""

    def found(self, text: str) -> Person | None:
        """By a sign-in name or mail address; None where several share it."""

    def person(self, subject: SubjectId) -> Person | None:
        """Who has this id. None: nobody (any more)."""

    def place(self, subject: SubjectId) -> str | None:
        """The distinguished name as it is now."""

    def state(self, subject: SubjectId) -> State:
        """How the account of this id stands."""

    def rules(self, subject: SubjectId) -> DirectoryRules:
        """What a new password of this account is held to."""

    def tries_left(self, subject: SubjectId) -> int:
        """Wrong passwords until the lock."""


Q = TypeVar("Q", bound=Queries)


@dataclass(frozen=True)
class LdapDirectory(ABC, Generic[Q]):
    """The port, but for `mark`. What differs from server to server is what it is asked (`Queries`) and how it is written to."""

    name: str
    pool: ConnectionPool
    base: str
    world: World
    writeback: bool = True
    unlocks: bool = True
    advice: tuple[str, ...] = ("after_reset.sign_in_again",)

    silences: ClassVar[Mapping[SilenceReason, str]]  # why nobody answers, in a sentence for an admin

    async def find(self, text: str) -> Person | None:
        return await self._run(lambda queries: queries.found(text))

    async def person(self, subject: SubjectId) -> Person | None:
        return await self._run(lambda queries: queries.person(subject))

    async def place(self, subject: SubjectId) -> str | None:
        """Its distinguished name, for whoever limits what may be touched by where it stands. None: gone."""
        return await self._run(lambda queries: queries.place(subject))

    async def state(self, subject: SubjectId) -> State:
        return await self._run(lambda queries: queries.state(subject))

    async def rules(self, subject: SubjectId) -> DirectoryRules:
        return await self._run(lambda queries: queries.rules(subject))

    async def bad_tries_left(self, subject: SubjectId) -> int:
        return await self._run(lambda queries: queries.tries_left(subject))

    async def reset(
        self, subject: SubjectId, password: Secret, *, whatever_age: bool = False, write: Write | None = None
    ) -> None:
        if not self.writeback:
            raise Rejected("directory.read_only")
        await self._run(lambda queries: self._reset(queries, subject, password, write, whatever_age=whatever_age))

    async def unlock(self, subject: SubjectId) -> None:
        if not (self.writeback and self.unlocks):
            raise Rejected("directory.read_only")
        await self._run(lambda queries: self._unlock(queries, subject))

    async def sign_in(self, subject: SubjectId, password: Secret) -> SignIn:
        """No password at all would be no try (RFC 4513 section 5.1.2): one that nobody can guess goes in its place, and counts."""
        unguessable = Secret(self.world.id("none"))
        return await self._run(lambda queries: self._sign_in(queries, subject, password, unguessable))

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        """What is new since a mark, in one go whatever the limit."""
        return await _seen(self._changes(since))

    async def health(self) -> Health:
        try:
            there = await _seen(self.pool.run(lambda connection: connection.base(self.base, ("1.1",))))
        except Silent as no:
            return Health(ok=False, detail=self.silences[no.why])
        return Health(ok=there is not None, detail="" if there else f"There is no {self.base}, or it can't be read.")

    def after_reset(self) -> tuple[str, ...]:
        return self.advice

    async def close(self) -> None:
        """`Closing`: connections that are in use are waited for, in a thread."""
        await asyncio.to_thread(self.hang_up)

    def hang_up(self) -> None:
        """Close without leaving this thread; an idle directory has nothing to wait for."""
        self.pool.close()

    async def _run(self, work: Callable[[Q], T], host: str | None = None) -> T:
        return await _seen(self.pool.run(lambda connection: work(self._queries(connection)), host))

    # ------------------------------------------------ on a connection, in a thread

    @abstractmethod
    def _queries(self, connection: LdapConnection) -> Q: ...

    @abstractmethod
    def _reset(self, queries: Q, subject: SubjectId, password: Secret, write: Write | None, *, whatever_age: bool) -> None: ...

    @abstractmethod
    def _unlock(self, queries: Q, subject: SubjectId) -> None: ...

    @abstractmethod
    def _sign_in(self, queries: Q, subject: SubjectId, password: Secret, unguessable: Secret) -> SignIn: ...

    @abstractmethod
    async def _changes(self, since: str | None) -> Changes: ...


async def _seen(answer: Awaitable[T]) -> T:
    """A query that is refused is one that the server's rules don't let us see the answer of: silence, as far as anybody can tell."""
    try:
        return await answer
    except LdapRefused as no:
        raise Silent(SilenceReason.ACCOUNT, no.text) from no
