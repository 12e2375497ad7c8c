"""Who is in which group, kept in memory from one reading of all groups: so 50,000 accounts need no call of their own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from sys import intern
from typing import Any

from adapters.directories.entra.roles import RoleGroup
from adapters.directories.group_nesting import nested

SELECTED = {"$select": "id,displayName,isAssignableToRole,members"}  # of /groups/delta
MEMBERS, REMOVED = "members@delta", "@removed"


@dataclass
class Memberships:
    """As of the delta link `link`; empty: nothing has been read yet. Ids are shared, since each stands in many groups."""

    link: str = ""
    groups: dict[str, RoleGroup] = field(default_factory=dict)
    _members: dict[str, set[str]] = field(default_factory=dict)
    _of: dict[str, set[str]] = field(default_factory=dict)

    def take(self, record: Mapping[str, Any]) -> frozenset[str]:
        """One record of /groups/delta. Returns whoever isn't where they were: accounts, also those below a nested group."""
        id = intern(str(record["id"]))
        if REMOVED in record:
            touched = self.accounts_below(id)
            self._forget(id)
            return touched
        before = self.groups.get(id)
        now = RoleGroup(record.get("displayName") or (before.name if before else ""), record.get("isAssignableToRole") is True)
        self.groups[id] = now
        moved = frozenset(account for member in self._taken(id, record) for account in self.accounts_below(member))
        return moved if now == before else moved | self.accounts_below(id)

    def groups_of(self, id: str) -> Iterator[RoleGroup]:
        """The groups that an account or group is in, through nesting; a circle does no harm."""
        return (self.groups[group] for group in nested([id], lambda each: self._of.get(each, ())) if group in self.groups)

    def accounts_below(self, id: str) -> frozenset[str]:
        """The accounts in a group, through nesting; an account itself."""
        if id not in self.groups:
            return frozenset({id})
        return frozenset(each for each in nested([id], lambda each: self._members.get(each, ())) if each not in self.groups)

    def _taken(self, group: str, record: Mapping[str, Any]) -> Iterator[str]:
        for told in record.get(MEMBERS, ()):
            member = intern(str(told["id"]))
            if REMOVED in told:
                self._members.get(group, set()).discard(member)
                self._of.get(member, set()).discard(group)
            else:
                self._members.setdefault(group, set()).add(member)
                self._of.setdefault(member, set()).add(group)
            yield member

    def _forget(self, group: str) -> None:
        for member in self._members.pop(group, set()):
            self._of[member].discard(group)
        for outer in self._of.pop(group, set()):
            self._members[outer].discard(group)
        self.groups.pop(group, None)
