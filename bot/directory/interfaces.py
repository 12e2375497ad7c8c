"""The port to a directory: the system that owns accounts and their passwords. One contract suite runs over all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.platform.ids import Action, GrantId, ObjectId, SubjectId
from bot.platform.secret import Secret
from bot.platform.sentences import Args


@dataclass(frozen=True, slots=True)
class Contacts:
    """Where somebody can be reached, as the directory spells it: nobody has tried it, so it counts only as the policy says."""

    mobile: str | None = None
    phone: str | None = None  # at the desk
    mails: tuple[str, ...] = ()  # other than the work mailbox


@dataclass(frozen=True, slots=True)
class Person:
    """An account, as the directory tells it."""

    subject: SubjectId
    login: str  # the UPN or sign-in name that a person types
    name: str
    groups: frozenset[str]  # names of all groups, nested ones included
    enabled: bool = True
    admin: bool = False  # holds an administrative role in its own directory
    protected: bool = False  # the directory forbids touching it (AdminSDHolder): refused by us, always
    smart_card: bool = False  # signs in by smart card alone: no password is meant to work for it
    language: str | None = None
    mail: str | None = None  # the work mailbox: depends on the password, so it proves nothing
    manager: SubjectId | None = None
    words: tuple[str, ...] = ()  # names that a password must not be made of
    department: str | None = None
    contacts: Contacts = field(default_factory=Contacts)


@dataclass(frozen=True, slots=True)
class State:
    """How the account stands at this moment. Times in seconds since the epoch."""

    locked: bool = False
    disabled: bool = False
    expired: bool = False  # the password is too old
    must_change: bool = False
    changed_at: float | None = None
    expires_at: float | None = None
    tells_locks: bool = True  # False: there may be a lock that nobody can see from here, and nobody can take off


@dataclass(frozen=True, slots=True)
class DirectoryRules:
    """What the directory asks of this very person's next password, known before one is typed."""

    min_length: int = 8
    max_length: int = 256
    complexity: bool = False  # three of four character classes, and no part of the name (Active Directory's meaning)
    history: int = 0  # so many former passwords are refused
    ascii_only: bool = False
    may_change_at: float = 0.0  # minimum age: not before this moment


class Rejected(Exception):  # noqa: N818 - an answer, not a fault
    """The directory said no. `words` is a sentence of the catalogue that a person can act on."""

    def __init__(self, words: str, args: Args = ()) -> None:
        super().__init__(words)
        self.words, self.args_ = words, args


class Unreachable(Exception):  # noqa: N818 - an answer, not a fault
    """No answer, or one that leaves open what happened.

    `unsent`: surely nothing was written that could still arrive. `at`: the server that a write went to, where there are several.
    """

    def __init__(self, *said: object, unsent: bool = False, at: str = "") -> None:
        super().__init__(*said)
        self.unsent, self.at = unsent, at


@dataclass(frozen=True, slots=True)
class Write:
    """What a new password belongs to: the operation that asks for it, and the mark that this operation read before."""

    operation: GrantId
    seen: str


class SignIn(StrEnum):
    """What the directory says to a name and a password."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    DISABLED = "disabled"
    MUST_CHANGE = "must_change"  # the password is right, and has to be changed
    EXPIRED = "expired"  # right, and too old


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed since a mark; `next` is the mark to ask from next time."""

    persons: Sequence[Person]
    gone: Sequence[SubjectId]
    next: str
    whole: bool = False  # `persons` are all that there are: whoever was known and isn't among them is gone as well


@dataclass(frozen=True, slots=True)
class Health:
    """Whether it answers, and one sentence for an admin."""

    ok: bool
    detail: str = ""


class Directory(Protocol):
    """Every method but `after_reset` may raise Unreachable. Subjects of other directories are never passed in."""

    @property
    def name(self) -> str:
        """The part before the colon in this directory's subject ids."""

    async def find(self, text: str) -> Person | None:
        """By sign-in name, UPN or work mail, exactly and without regard to case. Disabled accounts are found too."""

    async def person(self, subject: SubjectId) -> Person | None:
        """The account with this id. None: it is gone."""

    async def state(self, subject: SubjectId) -> State:
        """Asked where it is true, never from a cache."""

    async def rules(self, subject: SubjectId) -> DirectoryRules:
        """The rules in force for this person."""

    async def mark(self, subject: SubjectId, action: Action, at: str = "") -> str:
        """The directory's own stamp that this action moves (pwdLastSet, lockoutTime). Compared for inequality, never with a clock.

        `at`: as this very server has it, since another one may not have heard of a change yet; empty: any.
        """

    async def reset(
        self, subject: SubjectId, password: Secret, *, whatever_age: bool = False, write: Write | None = None
    ) -> None:
        """Set the password, take the lock off and clear "must change", in one. Raises Rejected. Disabled accounts are Rejected.

        `whatever_age`: the minimum age isn't in the way, for whoever takes an account back from a thief who has just changed it.
        """

    async def unlock(self, subject: SubjectId) -> None:
        """Take the lock off and nothing else. Raises Rejected."""

    async def sign_in(self, subject: SubjectId, password: Secret) -> SignIn:
        """One try, counted by the directory's own lockout. Raises Rejected where none can be made."""

    async def bad_tries_left(self, subject: SubjectId) -> int:
        """How many wrong passwords the directory still allows before it locks the account. Raises Rejected as `sign_in` does."""

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        """Everything (None), or what is new since a mark that `changes` gave.

        With a `limit`, so many at a time where the directory can do that: fewer than `limit` were the last ones.
        """

    async def health(self) -> Health:
        """For `doctor` and `/readyz`; changes nothing."""

    def after_reset(self) -> tuple[str, ...]:
        """Sentences of the catalogue: what to do after a new password (sign in again, VPN, phone)."""


@runtime_checkable
class Conditional(Protocol):
    """A directory that sets a password only while the mark is the one of `Write.seen`: of two writes the later one to arrive is void."""

    def conditional(self, subject: SubjectId) -> bool:
        """Whether that holds for this account."""


@runtime_checkable
class Owns(Protocol):
    """A directory that remembers by which operation of ours a password was set."""

    async def owner(self, subject: SubjectId) -> GrantId | None:
        """Of the password in force. None: somebody else set it. Raises Unreachable."""


@runtime_checkable
class Follows(Protocol):
    """A directory whose new passwords reach a second one a little later, and which can look there."""

    async def following(self, subject: SubjectId) -> str | None:
        """The second one's own mark on the password, as it is now. None: none follows for this account. Raises Unreachable."""


@runtime_checkable
class Lags(Protocol):
    """A directory that may show an older copy of an account for a while after it has changed it."""

    def lags(self, subject: SubjectId) -> bool:
        """Then a mark that hasn't moved says nothing."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What somebody signs in with once, in place of every method that they have lost."""

    text: Secret
    until: float  # seconds since the epoch


@runtime_checkable
class Passes(Protocol):
    """A directory that gives out such passes."""

    def gives_passes(self) -> bool:
        """Whether the settings let it."""

    async def mint(self, subject: SubjectId) -> Pass:
        """Good for an hour; the one before is void. Raises Rejected, as `reset`, and Unreachable: then nobody has seen it, if it was made."""


class ContactField(StrEnum):
    """What of a directory's contact data a proof of its person's may correct."""

    MOBILE = "mobile"
    MAIL = "mail"  # other than the work mailbox


@runtime_checkable
class Corrects(Protocol):
    """A directory that takes over what its person has proved to be theirs, where the settings say so."""

    def corrects(self, field: ContactField) -> bool:
        """Whether it has a place for that, and we are meant to write there."""

    async def correct(self, subject: SubjectId, field: ContactField, value: Secret) -> None:
        """The number in place of what stood there; the address beside those that do. May be repeated. Raises Rejected, Unreachable."""


@runtime_checkable
class Blind(Protocol):
    """A directory where some passwords, or all, can't be tried: `sign_in` is Rejected, and nobody may be told that theirs is wrong."""

    def blind(self, subject: SubjectId | None) -> bool:
        """For this account; None: for every one."""


def tries(directory: Directory, subject: SubjectId | None = None) -> bool:
    """Whether a password can be tried there for this account, or, without one, for any."""
    return not (isinstance(directory, Blind) and directory.blind(subject))


@runtime_checkable
class Objects(Protocol):
    """A directory whose accounts have an id that vendors' chats tell as well. Both may raise Unreachable."""

    async def of_object(self, object: ObjectId) -> SubjectId | None:
        """The account of this id. None: no such account, or another tenant's."""

    async def object_of(self, subject: SubjectId) -> ObjectId | None:
        """The other way. None: it has none."""


@runtime_checkable
class Closing(Protocol):
    """A directory that holds connections of its own."""

    async def close(self) -> None:
        """They are given back; asked again, it opens new ones."""


async def close(directories: Iterable[Directory]) -> None:
    """Whatever connections they hold."""
    for directory in directories:
        if isinstance(directory, Closing):
            await directory.close()
