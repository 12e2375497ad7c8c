"""What a user object of Graph means: an account, its state, and who owns its password."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.directories.entra.roles import RoleStanding
from bot.directory.interfaces import Contacts, DirectoryRules, Person, State
from bot.platform.ids import SubjectId

TRACKED = (  # by deltas, which tell of these alone
    "id,userPrincipalName,displayName,givenName,surname,mail,accountEnabled,userType,preferredLanguage,"
    "onPremisesSyncEnabled,onPremisesImmutableId,department,mobilePhone,businessPhones,otherMails"
)
EXPANDED = {"$select": f"{TRACKED},passwordProfile,lastPasswordChangeDateTime", "$expand": "manager($select=id)"}
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LANGUAGE = re.compile(r"[a-z]{2,3}")

# concept-sspr-policy: 8 to 256 characters, three of four kinds, no Unicode. The former password may be set again by a reset.
RULES = DirectoryRules(min_length=8, max_length=256, complexity=True, history=0, ascii_only=True)


@dataclass(frozen=True, slots=True)
class User:
    """As Graph tells it; properties that were never set may be absent."""

    told: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The object id, which nobody else ever gets."""
        return str(self.told["id"])

    @property
    def member(self) -> bool:
        """Whether its password is this tenant's at all: a guest signs in elsewhere."""
        return self._text("userType").casefold() != "guest"

    @property
    def synced(self) -> bool:
        """Whether a directory on premises owns the account and its password."""
        return self.told.get("onPremisesSyncEnabled") is True

    @property
    def anchor(self) -> str:
        """What it is matched by on premises; empty: with nothing."""
        return self._text("onPremisesImmutableId") if self.synced else ""

    @property
    def enabled(self) -> bool:
        """Whether the account may sign in."""
        return self.told.get("accountEnabled") is not False

    @property
    def mark(self) -> str:
        """When its password was last set, to the second; empty: never."""
        return self._text("lastPasswordChangeDateTime")

    @property
    def login(self) -> str:
        """The name that is typed to sign in."""
        return self._text("userPrincipalName")

    def state(self) -> State:
        """A lock isn't told (smart lockout can't be read), nor is when a password ends: by default it doesn't."""
        profile = self.told.get("passwordProfile") or {}
        return State(
            disabled=not self.enabled,
            must_change=profile.get("forceChangePasswordNextSignIn") is True,
            changed_at=datetime.fromisoformat(self.mark).timestamp() if self.mark else None,
            tells_locks=False,
        )

    def person(self, directory: str, standing: RoleStanding) -> Person:
        """With what is known of its groups and roles."""
        manager = (self.told.get("manager") or {}).get("id")
        language = LANGUAGE.match(self._text("preferredLanguage").lower())
        return Person(
            SubjectId(f"{directory}:{self.id}"),
            self.login,
            self._text("displayName") or self.login,
            standing.groups,
            enabled=self.enabled,
            admin=standing.admin,
            protected=standing.protected,
            language=language[0] if language else None,
            mail=self._text("mail") or None,
            manager=SubjectId(f"{directory}:{manager}") if manager else None,
            words=tuple(name for name in (self._text("givenName"), self._text("surname")) if name),
            department=self._text("department") or None,
            contacts=self._contacts(),
        )

    def _contacts(self) -> Contacts:
        phones, mails = self.told.get("businessPhones") or (), self.told.get("otherMails") or ()
        return Contacts(
            self._text("mobilePhone") or None, next(iter(phones), None), tuple(mails)
        )  # a list of phones has at most one

    def _text(self, name: str) -> str:
        value = self.told.get(name)
        return value if isinstance(value, str) else ""
