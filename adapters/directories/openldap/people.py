"""Who an entry is, and which groups it is in: by `member`, `uniqueMember` and `memberUid`, through groups in groups."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.entry import Entry, escaped, folded
from adapters.directories.openldap.policy import enabled
from bot.directory.interfaces import Contacts, Person
from bot.platform.ids import SubjectId

ACCOUNT = "(uid=*)"  # whoever has a sign-in name is an account
GROUP = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfMembers)(objectClass=posixGroup))"
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
MEMBERS = ("cn", "member", "uniqueMember", "memberUid")
AT_ONCE = 50  # names in one question


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


def groups_of(line: LdapConnection, base: str, entry: Entry) -> frozenset[str]:
    """Names of all groups that somebody is in, asked step by step upwards; a circle ends where it began."""
    found: dict[str, str] = {}
    asked: list[str] = [_by_dn(entry.dn), *(f"(memberUid={escaped(name)})" for name in entry.texts("uid"))]
    while asked:
        above = [group for some in batches(asked) for group in line.search(base, f"(&{GROUP}(|{''.join(some)}))", ("cn",))]
        new = {group.dn: group for group in above if group.dn not in found}
        found |= {dn: group.text("cn") or dn for dn, group in new.items()}
        asked = [_by_dn(dn) for dn in new]
    return frozenset(found.values())


def _by_dn(dn: str) -> str:
    return f"(member={escaped(dn)})(uniqueMember={escaped(dn)})"


@dataclass
class Groups:
    """All groups at once, for whoever asks about everybody."""

    names: dict[str, str] = field(default_factory=dict)
    above: dict[str, set[str]] = field(default_factory=dict)
    by_uid: dict[str, set[str]] = field(default_factory=dict)
    known: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, line: LdapConnection, base: str) -> "Groups":
        """Every one of them."""
        groups = cls()
        for entry in line.search(base, GROUP, MEMBERS):
            key = plain(entry.dn)
            groups.names[key] = entry.text("cn") or entry.dn
            for member in (*entry.texts("member"), *entry.texts("uniquemember")):
                groups.above.setdefault(plain(member), set()).add(key)
            for uid in entry.texts("memberuid"):
                groups.by_uid.setdefault(uid, set()).add(key)
        return groups

    def of(self, dn: str, uids: Sequence[str]) -> frozenset[str]:
        """As `groups_of`. Those who are in the same groups share one answer."""
        first = frozenset(self.above.get(plain(dn), ())).union(*(self.by_uid.get(uid, ()) for uid in uids))
        if first not in self.known:
            self.known[first] = frozenset(self.names[key] for key in self._closure(first))
        return self.known[first]

    def _closure(self, first: Iterable[str]) -> set[str]:
        found, new = set(first), set(first)
        while new:
            new = {above for key in new for above in self.above.get(key, ())} - found
            found |= new
        return found


def batches(asked: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many that a question stays short."""
    return (asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE))


def plain(dn: str) -> str:
    """A name as it is compared: members may be spelled with blanks, and in other letters."""
    return re.sub(r"\s*([,=+])\s*", r"\1", dn).casefold()


def chosen(entries: Iterable[Entry], text: str) -> Entry | None:
    """Sign-in names before mail addresses; a name that several share finds nobody. The server is laxer about names than we are."""
    key, every = folded(text), list(entries)
    named = [entry for entry in every if key in _folded(entry, "uid")]
    matches = named or [entry for entry in every if key in _folded(entry, "mail")]
    return matches[0] if len(matches) == 1 else None


def _folded(entry: Entry, name: str) -> Iterator[str]:
    return map(folded, entry.texts(name))
