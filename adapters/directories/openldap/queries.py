"""What is asked on one line at one moment: entries by name and by id, and the policy that an account is held to."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.entry import Entry, escaped
from adapters.directories.openldap.people import ACCOUNT, PERSON, chosen, groups_of, person_of, subject_of
from adapters.directories.openldap.policy import POLICIES, RULES, STANDING, PasswordPolicy, default, enabled
from bot.directory.interfaces import Person, Rejected, Unreachable
from bot.platform.ids import SubjectId

T = TypeVar("T")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class AccountQueries:
    """Each method may raise Refused and Silent."""

    line: LdapConnection
    directory: str
    base: str
    now: float

    def found(self, text: str) -> Person | None:
        """By sign-in name or mail address."""
        asked = escaped(text.strip())
        return self._person(chosen(self.line.search(self.base, f"(&{ACCOUNT}(|(uid={asked})(mail={asked})))", PERSON), text))

    def person(self, subject: SubjectId) -> Person | None:
        """By id."""
        return self._person(self.entry(subject, PERSON))

    def place(self, subject: SubjectId) -> str | None:
        """Where it stands in the tree."""
        entry = self.entry(subject, ("entryUUID",))
        return entry.dn if entry else None

    def entry(self, subject: SubjectId, attributes: tuple[str, ...] = STANDING) -> Entry | None:
        """What the account's name is now, and these attributes."""
        uuid = subject.partition(":")[2]
        if not UUID.fullmatch(uuid):
            return None
        return next(iter(self.line.search(self.base, f"(&{ACCOUNT}(entryUUID={uuid}))", attributes)), None)

    def standing(self, subject: SubjectId) -> Entry:
        """Raises Unreachable for one that is gone: nothing can be said of it, and what was done to it last stays open."""
        if account := self.entry(subject):
            return account
        raise Unreachable

    def changeable(self, subject: SubjectId) -> Entry:
        """Raises Rejected."""
        account = self.entry(subject)
        if account is None:
            raise Rejected("people.gone")
        if not enabled(account, self.now):
            raise Rejected("directory.disabled")
        return account

    def judged(self, subject: SubjectId, judge: Callable[[PasswordPolicy, Entry, float], T]) -> T:
        """What follows from its policy for an account."""
        account = self.standing(subject)
        return judge(self.policy(account), account, self.now)

    def policy(self, account: Entry) -> PasswordPolicy:
        """Its own, or the default."""
        own = account.text("pwdpolicysubentry")
        return PasswordPolicy.read(self.line.base(own, RULES) if own else default(self.line.search(self.base, POLICIES, RULES)))

    def _person(self, entry: Entry | None) -> Person | None:
        if entry is None:
            return None
        above = entry.text("manager")
        manager = self.line.base(above, ("entryUUID",)) if above else None
        groups = groups_of(self.line, self.base, entry)
        return person_of(self.directory, entry, groups, subject_of(self.directory, manager) if manager else None, self.now)
