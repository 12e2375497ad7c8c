"""Who an entry is: the person behind an account, and which of several accounts a name means."""

from collections.abc import Iterable, Iterator

from adapters.directories.ldap.entry import Entry, folded
from adapters.directories.openldap.policy import enabled
from bot.directory.interfaces import Contacts, Person
from bot.platform.ids import SubjectId

ACCOUNT = "(uid=*)"  # whoever has a sign-in name is an account
NAMES = ("cn", "sn", "givenName", "displayName", "initials")
PERSON = (
    "entryUUID",
    "uid",
    "mail",
    "manager",
    "preferredLanguage",
    "pwdAccountLockedTime",
    "pwdStartTime",
    "pwdEndTime",
    "departmentNumber",
    "ou",
    "mobile",
    "telephoneNumber",
    *NAMES,
)


def login_of(entry: Entry) -> str:
    """Of several sign-in names the one that the entry is named by."""
    names = entry.texts("uid")
    return next((name for name in names if entry.dn.casefold().startswith(f"uid={name.casefold()},")), names[0])


def person_of(directory: str, entry: Entry, groups: frozenset[str], manager: SubjectId | None, now: float) -> Person:
    """Nobody is protected or an admin by an attribute here: rights stand in the server's rules, which say no themselves."""
    names = [name for attribute in NAMES for name in entry.texts(attribute.lower())]
    return Person(
        subject_of(directory, entry),
        login_of(entry),
        entry.text("displayname") or entry.text("cn") or login_of(entry),
        groups,
        enabled=enabled(entry, now),
        language=(entry.text("preferredlanguage") or "").partition("-")[0].lower() or None,
        mail=entry.text("mail"),
        manager=manager,
        words=tuple(dict.fromkeys(names)),
        department=entry.text("ou") or entry.text("departmentnumber"),
        contacts=Contacts(
            entry.text("mobile"), entry.text("telephonenumber")
        ),  # of several mail addresses none is said to be private
    )


def subject_of(directory: str, entry: Entry) -> SubjectId:
    """`entryUUID` stays when everything else changes, and is never used again (RFC 4530)."""
    return SubjectId(f"{directory}:{entry.text('entryuuid')}")


def chosen(entries: Iterable[Entry], text: str) -> Entry | None:
    """Sign-in names before mail addresses; a name that several share finds nobody. The server is laxer about names than we are."""
    key, every = folded(text), list(entries)
    named = [entry for entry in every if key in _folded(entry, "uid")]
    matches = named or [entry for entry in every if key in _folded(entry, "mail")]
    return matches[0] if len(matches) == 1 else None


def _folded(entry: Entry, name: str) -> Iterator[str]:
    return map(folded, entry.texts(name))
