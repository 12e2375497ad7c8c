"""The password rules for one very person: a fine-grained policy where one holds for them, else the domain's."""

from dataclasses import dataclass

from adapters.directories.active_directory.people import GROUPS, PERSON, is_disabled, is_over
from adapters.directories.active_directory.values import moment, span
from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.entry import Entry
from bot.directory.interfaces import DirectoryRules, State

FINE, COMPUTED, LAST_SET = "msDS-ResultantPSO", "msDS-User-Account-Control-Computed", "pwdLastSet"
SIGNED_IN = (
    "lastLogonTimestamp"  # not there until the first sign-in, and then the same on every domain controller (MS-ADA1 2.351)
)
EXPIRY = "msDS-UserPasswordExpiryTimeComputed"
STANDING = (*PERSON, GROUPS, FINE, COMPUTED, EXPIRY, LAST_SET, SIGNED_IN, "lockoutTime", "badPwdCount", "badPasswordTime")
LOCKED, EXPIRED = 0x10, 0x800000  # MS-ADTS 2.2.16; lockoutTime alone stays when a lock has run out
COMPLEX = 1  # pwdProperties
UNREADABLE = 20  # characters where we may not see the policy: longer than any that people are commonly held to
MANY_TRIES = 1000  # there is no lockout
DOMAIN = {
    "minPwdLength": "length",
    "pwdProperties": "complexity",
    "pwdHistoryLength": "history",
    "minPwdAge": "age",
    "lockoutThreshold": "tries",
    "lockOutObservationWindow": "window",
}
FINE_GRAINED = {
    "msDS-MinimumPasswordLength": "length",
    "msDS-PasswordComplexityEnabled": "complexity",
    "msDS-PasswordHistoryLength": "history",
    "msDS-MinimumPasswordAge": "age",
    "msDS-LockoutThreshold": "tries",
    "msDS-LockoutObservationWindow": "window",
}


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """Ages and windows in seconds. `tries`: wrong passwords until the lock, 0: none locks."""

    length: int = UNREADABLE
    complexity: bool = True
    history: int = 0
    age: float = 0.0
    tries: int | None = None  # None: not known
    window: float | None = None  # None: wrong passwords count for ever

    @classmethod
    def read(cls, connection: LdapConnection, base: str, account: Entry) -> "PasswordPolicy":
        """Of an entry that was read with `FINE`. What may not be read is taken for stricter than it can be."""
        fine = account.text(FINE.lower())
        names = FINE_GRAINED if fine else DOMAIN
        found = connection.base(fine or base, tuple(names))
        if found is None or not found.values:
            return cls()
        return cls._of({ours: found.raw(theirs.lower()) or b"" for theirs, ours in names.items()})

    @classmethod
    def _of(cls, raw: dict[str, bytes]) -> "PasswordPolicy":
        numbers = {name: int(value) for name, value in raw.items() if value.lstrip(b"-").isdigit()}
        return cls(
            numbers.get("length", UNREADABLE),
            raw["complexity"] == b"TRUE" or bool(numbers.get("complexity", 0) & COMPLEX),
            numbers.get("history", 0),
            span(numbers.get("age", 0)) or 0.0,
            numbers.get("tries"),
            span(numbers.get("window", 0)),
        )

    def rules(self, account: Entry, *, hints: bool) -> DirectoryRules:
        """History counts for a reset only where the server knows the control of policy hints (MS-ADTS 3.1.1.3.4.1.27)."""
        changed = moment(account.number(LAST_SET.lower()))
        return DirectoryRules(
            min_length=self.length,
            complexity=self.complexity,
            history=self.history if hints else 0,
            may_change_at=changed + self.age if self.age and changed is not None else 0.0,
        )

    def tries_left(self, account: Entry, now: float) -> int:
        """Wrong passwords until the lock; none where that isn't known."""
        if account.number(COMPUTED.lower()) & LOCKED or self.tries is None:
            return 0
        if self.tries == 0:
            return MANY_TRIES
        last = moment(account.number("badpasswordtime"))
        counts = last is not None and (self.window is None or now < last + self.window)
        return max(0, self.tries - (account.number("badpwdcount") if counts else 0))


def state_of(account: Entry, now: float) -> State:
    """How an account stands, as the server itself works it out."""
    flags, last_set = account.number(COMPUTED.lower()), account.number(LAST_SET.lower())
    return State(
        locked=bool(flags & LOCKED),
        disabled=is_disabled(account) or is_over(account, now),
        expired=bool(flags & EXPIRED) and last_set > 0,
        must_change=bool(flags & EXPIRED) and last_set == 0,
        changed_at=moment(last_set),
        expires_at=moment(account.number(EXPIRY.lower())),
        signed_in=account.number(SIGNED_IN.lower()) > 0,
    )
