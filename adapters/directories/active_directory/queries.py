"""What is asked on one connection at one moment: who somebody is, how an account stands, and the rules that it is held to."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.directories.active_directory.people import (
    PERSON,
    entry_of,
    found,
    is_disabled,
    is_over,
    is_protected,
    person,
)
from adapters.directories.active_directory.policy import STANDING, PasswordPolicy, state_of
from adapters.directories.ldap.connection import Control, LdapConnection
from adapters.directories.ldap.entry import Entry
from bot.directory.interfaces import DirectoryRules, Person, Rejected, State, Unreachable
from bot.platform.ids import SubjectId

HINTS = ("1.2.840.113556.1.4.2239", "1.2.840.113556.1.4.2066")  # policy hints: in use, and what 2008 R2 calls it
KEEP_HISTORY = bytes.fromhex("3003020101")  # PolicyHintsRequestValue ::= SEQUENCE { Flags INTEGER = 1 }


@dataclass(frozen=True)
class AccountQueries:
    """Each method may raise LdapRefused and Silent."""

    connection: LdapConnection
    directory: str
    base: str
    now: float

    def found(self, text: str) -> Person | None:
        return self._person(found(self.connection, self.base, text))

    def person(self, subject: SubjectId) -> Person | None:
        return self._person(self.entry(subject, PERSON))

    def place(self, subject: SubjectId) -> str | None:
        entry = self.entry(subject, ("objectGUID",))
        return entry.dn if entry else None

    def entry(self, subject: SubjectId, attributes: Sequence[str] = STANDING) -> Entry | None:
        """What the account's name is now, and these attributes."""
        return entry_of(self.connection, subject, attributes)

    def standing(self, subject: SubjectId) -> Entry:
        """Raises Unreachable for one that is gone: nothing can be said of it, and what was done to it last stays open."""
        if account := self.entry(subject):
            return account
        raise Unreachable

    def changeable(self, subject: SubjectId) -> Entry:
        """An account that may be written to, as it stands. Raises Rejected for any other."""
        account = self.entry(subject)
        if account is None:
            raise Rejected("people.gone")
        if is_protected(account):
            raise Rejected("directory.protected")
        if is_disabled(account):
            raise Rejected("directory.disabled")
        if is_over(account, self.now):
            raise Rejected("directory.over")
        return account

    def state(self, subject: SubjectId) -> State:
        return state_of(self.standing(subject), self.now)

    def rules(self, subject: SubjectId) -> DirectoryRules:
        return self.rules_of(self.standing(subject), hints=bool(self.policy_hints()))

    def rules_of(self, account: Entry, *, hints: bool) -> DirectoryRules:
        """`hints`: whether the server would hold a reset to the history."""
        return self._policy(account).rules(account, hints=hints)

    def tries_left(self, subject: SubjectId) -> int:
        account = self.standing(subject)
        return self._policy(account).tries_left(account, self.now)

    def policy_hints(self) -> tuple[Control, ...]:
        """What a reset is to be sent with, so that the history counts; empty where the server has no such control."""
        return policy_hints(self.connection)

    def owner(self, subject: SubjectId, account: Entry) -> Person:
        """What somebody is called, for rules about names; who else they are isn't asked."""
        words = tuple(text for name in ("givenname", "sn") if (text := account.text(name)))
        login, shown = account.text("samaccountname") or "", account.text("displayname") or ""
        return Person(subject, login, shown, frozenset(), words=words)

    def _policy(self, account: Entry) -> PasswordPolicy:
        return PasswordPolicy.read(self.connection, self.base, account)

    def _person(self, entry: Entry | None) -> Person | None:
        return person(self.connection, self.directory, self.base, entry, self.now) if entry else None


def policy_hints(connection: LdapConnection) -> tuple[Control, ...]:
    """Sent critical, so that a server that can't hold to them refuses instead of forgetting; nothing where it lists none."""
    root = connection.base("", ("supportedControl",))
    listed = next((oid for oid in HINTS if root and oid in root.texts("supportedcontrol")), None)
    return ((listed, True, KEEP_HISTORY),) if listed else ()
