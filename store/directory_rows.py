"""What a row of the embedded directory means: a person, a state, rules, and names as they are compared."""

import unicodedata
from dataclasses import dataclass

from bot.directory.interfaces import Contacts, DirectoryRules, Person, SignIn, State
from bot.platform.ids import SubjectId
from store.database import AnyRow


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """What the directory itself holds its accounts to. Seconds; the lock's length is also how long wrong passwords add up."""

    tries: int = 10
    lock: float = 3600.0
    history: int = 5  # the password in force counts as one, as in Active Directory
    minimum_age: float = 0.0
    maximum_age: float | None = None
    min_length: int = 8
    max_length: int = 256
    complexity: bool = False

    def rules(self, row: AnyRow) -> DirectoryRules:
        """A password that must be changed may be, however young it is."""
        age = self.minimum_age if row.minimum_age is None else row.minimum_age
        bound = age and row.changed_at is not None and not row.must_change
        return DirectoryRules(
            self.min_length,
            self.max_length,
            self.complexity,
            self.history,
            may_change_at=row.changed_at + age if bound else 0.0,
        )

    def state(self, row: AnyRow, now: float) -> State:
        """How the account stands at this moment."""
        expires = self._expires(row)
        return State(
            locked=row.locked_until > now,
            disabled=not row.enabled,
            expired=expires is not None and expires <= now,
            must_change=row.must_change,
            changed_at=row.changed_at,
            expires_at=expires,
        )

    def tries_left(self, row: AnyRow, now: float) -> int:
        """Wrong passwords until the lock."""
        if row.locked_until > now:
            return 0
        return max(0, self.tries - (row.tries if row.last_try > now - self.lock else 0))

    def said(self, row: AnyRow, now: float) -> SignIn:
        """To the right password, the lock being off."""
        state = self.state(row, now)
        if state.disabled:
            return SignIn.DISABLED
        if state.must_change:
            return SignIn.MUST_CHANGE
        return SignIn.EXPIRED if state.expired else SignIn.RIGHT

    def _expires(self, row: AnyRow) -> float | None:
        age = self.maximum_age if row.maximum_age is None else row.maximum_age
        return None if age is None or row.changed_at is None else row.changed_at + age


def person_of(row: AnyRow, groups: frozenset[str]) -> Person:
    return Person(
        SubjectId(row.subject),
        row.login,
        row.name,
        groups,
        enabled=row.enabled,
        admin=row.admin,
        protected=row.protected,
        language=row.language,
        mail=row.mail,
        manager=SubjectId(row.manager) if row.manager else None,
        words=_lines(row.words),
        department=row.department,
        contacts=Contacts(row.mobile, row.phone, _lines(row.mails)),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def folded(text: str) -> str:
    """What names are compared by."""
    return storable(unicodedata.normalize("NFC", text).strip().casefold())


def storable(text: str) -> str:
    """A text that every database takes as an argument. What had to be changed for it is no name of anybody."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
