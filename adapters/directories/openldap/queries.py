"""What is asked on one connection at one moment: who somebody is, how an account stands, and the policy that it is held to."""

import re
from dataclasses import dataclass

from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.entry import Entry
from adapters.directories.ldap.filters import escaped
from adapters.directories.openldap.groups import groups_of
from adapters.directories.openldap.people import ACCOUNT, PERSON, chosen, person_of, subject_of
from adapters.directories.openldap.policy import POLICIES, RULES, STANDING, PasswordPolicy, default, enabled
from bot.directory.interfaces import DirectoryRules, Person, Rejected, State, Unreachable
from bot.platform.ids import SubjectId

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class AccountQueries:
    """Each method may raise LdapRefused and Silent."""

    connection: LdapConnection
    directory: str
    base: str
    now: float

    def found(self, text: str) -> Person | None:
        asked = escaped(text.strip())
        return self._person(
            chosen(self.connection.search(self.base, f"(&{ACCOUNT}(|(uid={asked})(mail={asked})))", PERSON), text)
        )

    def person(self, subject: SubjectId) -> Person | None:
        return self._person(self.entry(subject, PERSON))

    def place(self, subject: SubjectId) -> str | None:
        entry = self.entry(subject, ("entryUUID",))
        return entry.dn if entry else None

    def entry(self, subject: SubjectId, attributes: tuple[str, ...] = STANDING) -> Entry | None:
        """What the account's name is now, and these attributes."""
        uuid = subject.partition(":")[2]
        if not UUID.fullmatch(uuid):
            return None
        return next(iter(self.connection.search(self.base, f"(&{ACCOUNT}(entryUUID={uuid}))", attributes)), None)

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
        if not enabled(account, self.now):
            raise Rejected("directory.disabled")
        return account

    def state(self, subject: SubjectId) -> State:
        account = self.standing(subject)
        return self.policy(account).state(account, self.now)

    def rules(self, subject: SubjectId) -> DirectoryRules:
        account = self.standing(subject)
        return self.policy(account).rules(account, self.now)

    def tries_left(self, subject: SubjectId) -> int:
        account = self.standing(subject)
        return self.policy(account).tries_left(account, self.now)

    def policy(self, account: Entry) -> PasswordPolicy:
        """The one that its entry names, or the default."""
        own = account.text("pwdpolicysubentry")
        return PasswordPolicy.read(
            self.connection.base(own, RULES) if own else default(self.connection.search(self.base, POLICIES, RULES))
        )

    def _person(self, entry: Entry | None) -> Person | None:
        if entry is None:
            return None
        above = entry.text("manager")
        manager = self.connection.base(above, ("entryUUID",)) if above else None
        groups = groups_of(self.connection, self.base, entry)
        return person_of(self.directory, entry, groups, subject_of(self.directory, manager) if manager else None, self.now)
