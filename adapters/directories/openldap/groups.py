"""Which groups somebody is in, by `member`, `uniqueMember` and `memberUid`, through groups in groups."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.directories.group_nesting import nested
from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.entry import Entry
from adapters.directories.ldap.filters import any_of, escaped

GROUP = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfMembers)(objectClass=posixGroup))"
MEMBERS = ("cn", "member", "uniqueMember", "memberUid")


def groups_of(connection: LdapConnection, base: str, entry: Entry) -> frozenset[str]:
    """Names of all groups that somebody is in, asked step by step upwards; a circle ends where it began."""
    found: dict[str, str] = {}
    asked: list[str] = [_by_dn(entry.dn), *(f"(memberUid={escaped(name)})" for name in entry.texts("uid"))]
    while asked:
        above = [group for some in any_of(asked) for group in connection.search(base, f"(&{GROUP}{some})", ("cn",))]
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
    def read(cls, connection: LdapConnection, base: str) -> "Groups":
        """Every group below the base, with its direct members."""
        groups = cls()
        for entry in connection.search(base, GROUP, MEMBERS):
            key = plain(entry.dn)
            groups.names[key] = entry.text("cn") or entry.dn
            for member in (*entry.texts("member"), *entry.texts("uniquemember")):
                groups.above.setdefault(plain(member), set()).add(key)
            for uid in entry.texts("memberuid"):
                groups.by_uid.setdefault(uid, set()).add(key)
        return groups

    def groups_of(self, dn: str, uids: Sequence[str]) -> frozenset[str]:
        """As `groups_of`. Those who are in the same groups share one answer."""
        first = frozenset(self.above.get(plain(dn), ())).union(*(self.by_uid.get(uid, ()) for uid in uids))
        if first not in self.known:
            held = first | nested(first, lambda key: self.above.get(key, ()))
            self.known[first] = frozenset(self.names[key] for key in held)
        return self.known[first]


def plain(dn: str) -> str:
    """A name as it is compared: members may be spelled with blanks, and in other letters."""
    return re.sub(r"\s*([,=+])\s*", r"\1", dn).casefold()
