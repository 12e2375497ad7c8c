"""What a tenant holds: accounts with passwords, nested groups, role assignments, and a numbered history of their changes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.directory.interfaces import SignIn

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
SECRET = "s3cret~of.the-app"
GLOBAL_ADMIN, HELPDESK_ADMIN = "62e90394-69f5-4237-9190-012177145e10", "729827e3-9c14-49f7-bb1b-9608f156bbb8"
READ, GROUPS, ROLES = "User.Read.All", "GroupMember.Read.All", "RoleManagement.Read.Directory"
SET, REVOKE = "User-PasswordProfile.ReadWrite.All", "User.RevokeSessions.All"
PASSES = "UserAuthMethod-TAP.ReadWrite.All"
NEEDED = (READ, GROUPS, ROLES, SET, REVOKE)
# What a User Administrator may reset, by Microsoft's table; the adapter has its own copy, so that each is held to the other.
LESSER = frozenset({HELPDESK_ADMIN, "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"})
User = dict[str, Any]


@dataclass
class GroupThere:
    """`log`: (number of the change, member, whether they came)."""

    id: str
    name: str
    assignable: bool = False
    members: dict[str, None] = field(default_factory=dict)
    log: list[tuple[int, str, bool]] = field(default_factory=list)
    named: int = 0


@dataclass
class Tenant:
    """`number` counts changes; a delta token is such a number, and `forgotten` the last one that isn't remembered."""

    now: Callable[[], float]
    permissions: tuple[str, ...] = NEEDED
    secret: str = SECRET
    users: dict[str, User] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)
    groups: dict[str, GroupThere] = field(default_factory=dict)
    roles: list[tuple[str, str]] = field(default_factory=list)  # (principal, role definition)
    eligible: list[tuple[str, str]] | None = None  # the same, to be activated; None: the tenant hasn't paid for that
    number: int = 1
    changed: dict[str, int] = field(default_factory=dict)  # user or group id -> number of its last change
    deleted: dict[str, int] = field(default_factory=dict)  # user id -> number
    ungrouped: dict[str, int] = field(default_factory=dict)  # group id -> number
    forgotten: int = 0
    ended: list[str] = field(default_factory=list)  # accounts whose sessions were revoked
    names: dict[str, str] = field(default_factory=dict)  # folded UPN -> id of its newest account
    gives_passes: bool = True  # the policy of this method of signing in
    passes: dict[str, tuple[str, float]] = field(default_factory=dict)  # user id -> the newest one, and until when
    _made: int = 0

    def add(self, password: str | None, **properties: Any) -> str:
        """An account. Raises ValueError when its UPN is taken."""
        key = properties["userPrincipalName"].casefold()
        if self.names.get(key) in self.users:
            raise ValueError(f"{key} is the name of another account")
        id = self.names[key] = self._id()
        self.users[id] = {"id": id, "accountEnabled": True, "userType": "Member", **properties}
        if password is not None:
            self.passwords[id] = password
            self.users[id]["lastPasswordChangeDateTime"] = self._moment("")
        self.touch(id)
        return id

    def update(self, id: str, **properties: Any) -> None:
        self.users[id].update(properties)
        self.touch(id)

    def remove(self, id: str) -> None:
        del self.users[id]
        self.number += 1
        self.deleted[id] = self.number
        for group in self.groups.values():
            if id in group.members:
                self.leave(group.id, id)

    def set(self, id: str, password: str, *, must_change: bool = False) -> str:
        """Returns the mark that goes with it: a second at least after the one before, so that two changes never look like one."""
        self.passwords[id] = password
        self.users[id]["passwordProfile"] = {"forceChangePasswordNextSignIn": must_change}
        return self._moment(self.users[id].get("lastPasswordChangeDateTime", ""))

    def shows(self, id: str, mark: str) -> None:
        self.update(id, lastPasswordChangeDateTime=mark)

    def tried(self, id: str, password: str) -> SignIn:
        """As the sign-in page would answer."""
        user = self.users.get(id)
        if user is None or self.passwords.get(id) != password:
            return SignIn.WRONG
        if not user["accountEnabled"]:
            return SignIn.DISABLED
        must = (user.get("passwordProfile") or {}).get("forceChangePasswordNextSignIn")
        return SignIn.MUST_CHANGE if must else SignIn.RIGHT

    def pass_for(self, id: str, minutes: int) -> str:
        """Good for one sign-in; the one before is void."""
        self._made += 1
        self.passes[id] = (f"+pass{self._made:04}", self.now() + 60 * minutes)
        return self.passes[id][0]

    def takes_pass(self, id: str, text: str) -> bool:
        """As the sign-in page would."""
        found = self.passes.get(id)
        good = found is not None and found[0] == text and self.now() < found[1] and bool(self.users[id]["accountEnabled"])
        if good:
            del self.passes[id]
        return good

    def add_group(self, name: str, *, assignable: bool = False) -> str:
        id = self._id()
        self.groups[id] = GroupThere(id, name, assignable)
        self.touch(id)
        self.groups[id].named = self.number
        return id

    def rename(self, id: str, name: str) -> None:
        self.groups[id].name = name
        self.touch(id)

    def remove_group(self, id: str) -> None:
        del self.groups[id]
        self.number += 1
        self.ungrouped[id] = self.number
        for group in self.groups.values():
            group.members.pop(id, None)

    def join(self, group: str, member: str) -> None:
        self.groups[group].members[member] = None
        self._logged(group, member, come=True)

    def leave(self, group: str, member: str) -> None:
        self.groups[group].members.pop(member, None)
        self._logged(group, member, come=False)

    def above(self, id: str) -> list[GroupThere]:
        """The groups that it is in, through nesting."""
        found: dict[str, GroupThere] = {}
        ahead = [id]
        while ahead:
            member = ahead.pop()
            for group in self.groups.values():
                if member in group.members and group.id not in found:
                    found[group.id] = group
                    ahead.append(group.id)
        return list(found.values())

    def privileged(self, id: str) -> bool:
        """Whether only a more powerful administrator may set this password."""
        held = {role for principal, role in self.roles if principal == id}
        return bool(held - LESSER) or any(group.assignable for group in self.above(id))

    def touch(self, id: str) -> None:
        self.number += 1
        self.changed[id] = self.number

    def _logged(self, group: str, member: str, *, come: bool) -> None:
        self.touch(group)
        self.groups[group].log.append((self.number, member, come))

    def _moment(self, before: str) -> str:
        last = datetime.fromisoformat(before).timestamp() + 1 if before else 0.0
        return datetime.fromtimestamp(max(self.now(), last), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _id(self) -> str:
        self._made += 1
        return f"abc00000-0000-4000-8000-{self._made:012x}"
