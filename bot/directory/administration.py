"""What may be done to a directory of our own beyond the port: for seeding a demo and for the contract tests."""

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from bot.directory.interfaces import Contacts, Directory
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made. Times in seconds; None: as the directory's own policy says."""

    login: str
    name: str
    password: Secret | None = None  # None: nobody can sign in with one
    upn: str | None = None  # None: the login
    mail: str | None = None
    language: str | None = None
    manager: SubjectId | None = None
    words: tuple[str, ...] = ()  # further names that a password must not be made of
    department: str | None = None
    contacts: Contacts = field(default_factory=Contacts)
    enabled: bool = True
    admin: bool = False
    protected: bool = False
    must_change: bool = False
    changed_at: float | None = None  # None: now
    minimum_age: float | None = None
    maximum_age: float | None = None


@runtime_checkable
class Administration(Directory, Protocol):
    """Nothing here asks for a grant, so nothing that serves people holds one of these."""

    async def create(self, account: NewAccount) -> SubjectId:
        """The password isn't held to any rule. Raises ValueError when a sign-in name is taken."""

    async def delete(self, subject: SubjectId) -> None:
        """Gone for good; `changes` tells it."""

    async def enable(self, subject: SubjectId, *, enabled: bool) -> None:
        """Disable, or enable again."""

    async def set_password(self, subject: SubjectId, password: Secret) -> None:
        """By an administrator's hand: no rule is asked. A lock stays."""

    async def lock(self, subject: SubjectId, seconds: float | None = None) -> None:
        """As after too many wrong passwords. None: until somebody takes it off."""

    async def add_group(self, name: str) -> None:
        """Raises ValueError when there is one of that name."""

    async def add_member(self, group: str, subject: SubjectId) -> None:
        """Raises ValueError when there is no such group."""

    async def remove_member(self, group: str, subject: SubjectId) -> None:
        """Raises ValueError when there is no such group."""

    async def nest(self, group: str, inner: str) -> None:
        """All members of `inner` are members of `group`; a circle does no harm. Raises ValueError when one is missing."""
