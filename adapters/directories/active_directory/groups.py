"""All security groups with their members, read once, and who is in which of them through any number of others."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from adapters.directories.active_directory.people import is_told
from adapters.directories.active_directory.values import sid_text
from adapters.directories.group_nesting import nested
from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.entry import Entry

# Bit 31 of groupType: security groups. Distribution groups give nobody anything, and tokenGroups omits them too.
SECURITY = "(&(objectCategory=group)(groupType:1.2.840.113556.1.4.803:=2147483648))"
STEP = 1500  # values that a domain controller gives at a time (MaxValRange); asked for by range always
MEMBER = "member;range="
GROUP = ("objectGUID", "objectSid", "sAMAccountName", "uSNCreated", f"{MEMBER}0-{STEP - 1}")


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """`member`: names in small letters."""

    dn: str
    sid: str
    name: str
    member: frozenset[str]
    entry: Entry


@dataclass(frozen=True)
class Groups:
    """Every security group of a domain."""

    groups: Iterable[SecurityGroup]
    _above: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, connection: LdapConnection, base: str) -> "Groups":
        return cls([_group(connection, entry) for entry in connection.search(base, SECURITY, GROUP)])

    def groups_of(self, dn: str, primary: str) -> tuple[frozenset[str], frozenset[str]]:
        """(names, SIDs) of all groups of an account; `primary`: the SID of the one that `member` doesn't tell of."""
        direct = self._parents.get(dn.casefold(), frozenset()) | self._by_sid.get(primary, frozenset())
        held = [self._by_name[each] for each in self._closure(direct)]
        return frozenset(g.name for g in held if is_told(g.sid)), frozenset(g.sid for g in held)

    def _closure(self, direct: frozenset[str]) -> frozenset[str]:
        """Most people share what they are in with others, so each set is worked out once."""
        if direct not in self._above:
            self._above[direct] = direct | nested(direct, lambda dn: self._parents.get(dn, frozenset()))
        return self._above[direct]

    @cached_property
    def _by_name(self) -> Mapping[str, SecurityGroup]:
        return {group.dn: group for group in self.groups}

    @cached_property
    def _by_sid(self) -> Mapping[str, frozenset[str]]:
        return {group.sid: frozenset({group.dn}) for group in self.groups}

    @cached_property
    def _parents(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for group in self.groups:
            for dn in group.member:
                found.setdefault(dn, set()).add(group.dn)
        return {dn: frozenset(groups) for dn, groups in found.items()}


def _group(connection: LdapConnection, entry: Entry) -> SecurityGroup:
    sid, member = entry.raw("objectsid") or b"", frozenset(dn.casefold() for dn in _members(connection, entry))
    return SecurityGroup(entry.dn.casefold(), sid_text(sid), entry.text("samaccountname") or "", member, entry)


def _members(connection: LdapConnection, entry: Entry) -> Iterator[str]:
    """Range after range, until the server says that this was the last (`-*`), MS-ADTS 3.1.1.3.1.3.3."""
    found: Entry | None = entry
    while found:
        ranged = next((name for name in found.values if name.startswith(MEMBER)), "")
        yield from found.texts(ranged or "member")
        end = ranged.rpartition("-")[2]
        if not end.isdecimal():
            return
        start = int(end) + 1
        found = connection.base(entry.dn, (f"{MEMBER}{start}-{start + STEP - 1}",))
