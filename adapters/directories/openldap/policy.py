"""A password policy as its entry has it, and what follows from it for an account at a moment."""

from calendar import timegm
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import strptime

from adapters.directories.ldap.entry import Entry
from adapters.directories.openldap.controls import FOREVER
from bot.directory.interfaces import DirectoryRules, State

STANDING: tuple[str, ...] = ("entryUUID", "pwdPolicySubentry", "pwdChangedTime", "pwdAccountLockedTime", "pwdFailureTime")
STANDING += ("pwdReset", "pwdStartTime", "pwdEndTime")
POLICIES = "(objectClass=pwdPolicy)"
RULES: tuple[str, ...] = ("cn", "pwdCheckQuality", "pwdMinLength", "pwdMaxLength", "pwdInHistory", "pwdMinAge", "pwdMaxAge")
SAFE = "pwdSafeModify"  # nobody but root sets a password without the old one
RULES += (SAFE, "pwdMustChange", "pwdLockout", "pwdMaxFailure", "pwdLockoutDuration", "pwdFailureCountInterval")
DEFAULT = "default"
ENDLESS = 1000  # tries that are left where nothing is ever locked
LONGEST = 256  # characters, where the policy has no limit of its own
SKEW = 60.0  # seconds by which a server's clock may be ahead of ours
YES = "TRUE"


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """Seconds; 0: no such rule (slapo-ppolicy(5)). Without an entry nothing is known, and a lock counts until it is taken off."""

    min_length: int = 1
    max_length: int = LONGEST
    history: int = 0  # former passwords, the one in force not among them
    minimum_age: int = 0
    maximum_age: int = 0
    must_change: bool = True  # whether `pwdReset` means anything
    locks: bool = True
    tries: int = 0
    lock: int = 0
    window: int = 0

    @classmethod
    def read(cls, entry: Entry | None) -> "PasswordPolicy":
        """Lengths are only held where quality is checked at all."""
        if entry is None:
            return cls()
        checked = entry.number("pwdcheckquality") > 0
        return cls(
            max(1, entry.number("pwdminlength")) if checked else 1,
            (entry.number("pwdmaxlength") if checked else 0) or LONGEST,
            entry.number("pwdinhistory"),
            entry.number("pwdminage"),
            entry.number("pwdmaxage"),
            entry.text("pwdmustchange") == YES,
            entry.text("pwdlockout") == YES,
            entry.number("pwdmaxfailure"),
            entry.number("pwdlockoutduration"),
            entry.number("pwdfailurecountinterval"),
        )

    def rules(self, account: Entry, now: float) -> DirectoryRules:
        """OpenLDAP refuses the password in force besides the history's. One that must be changed may be, however young it is."""
        changed, must_change = moment(account.text("pwdchangedtime")), self._must_change(account)
        until = changed + self.minimum_age if self.minimum_age and changed is not None and not must_change else 0.0
        history = self.history + 1 if self.history else 0
        return DirectoryRules(self.min_length, self.max_length, history=history, may_change_at=until if until > now else 0.0)

    def state(self, account: Entry, now: float) -> State:
        """An administrator's lock has no end and isn't ours to take off: that is what OpenLDAP has for a disabled account."""
        changed = moment(account.text("pwdchangedtime"))
        expires = changed + self.maximum_age if self.maximum_age and changed is not None else None
        disabled = not enabled(account, now)
        return State(
            locked=self._locked(account, now),
            disabled=disabled,
            expired=expires is not None and expires <= now,
            must_change=self._must_change(account),
            changed_at=changed,
            expires_at=expires,
        )

    def tries_left(self, account: Entry, now: float) -> int:
        """Wrong passwords until the lock."""
        if self._locked(account, now):
            return 0
        if not self.locks or not self.tries:
            return ENDLESS
        failures = [moment(text) or now for text in account.texts("pwdfailuretime")]
        return max(0, self.tries - sum(not self.window or at > now - self.window for at in failures))

    def _must_change(self, account: Entry) -> bool:
        return self.must_change and account.text("pwdreset") == YES

    def _locked(self, account: Entry, now: float) -> bool:
        since = account.text("pwdaccountlockedtime")
        if since is None or not self.locks:
            return since == FOREVER
        if since == FOREVER or (at := moment(since)) is None:
            return True
        return at <= now + SKEW and (not self.lock or at + self.lock > now)  # slapd counts no lock before its time has come


def enabled(account: Entry, now: float) -> bool:
    """Not locked by an administrator, and within the time that the account is for."""
    begins, ends = moment(account.text("pwdstarttime")), moment(account.text("pwdendtime"))
    outside = (begins is not None and begins > now) or (ends is not None and ends <= now)
    return account.text("pwdaccountlockedtime") != FOREVER and not outside


def moment(text: str | None) -> float | None:
    """Seconds since the epoch, of a generalized time in UTC (RFC 4517 section 3.3.13). None: there is none."""
    whole, _, part = (text or "").rstrip("Z").partition(".")
    with suppress(ValueError):
        return timegm(strptime(whole, "%Y%m%d%H%M%S")) + float(f"0.{part or 0}")
    return None


def default(policies: Sequence[Entry]) -> Entry | None:
    """For accounts that none is named for: the only one there is, or the one called `default`.

    Which one the server takes (`ppolicy_default`) stands in its configuration, which is nobody's to read.
    """
    named = [entry for entry in policies if DEFAULT in map(str.casefold, entry.texts("cn"))]
    candidates = named if len(policies) > 1 else policies
    return candidates[0] if len(candidates) == 1 else None
