"""Administrative roles: who holds one, and whose password an application like ours can't or mustn't set."""

from collections.abc import Iterable
from dataclasses import dataclass, field

# What a User Administrator may reset besides people without a role ("Who can reset passwords", privileged-roles-permissions).
# Template ids are the same in every tenant.
RESETTABLE = frozenset(
    {
        "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",  # Directory Readers
        "95e79109-95c0-4d8e-aee3-d01accf2d47b",  # Guest Inviter
        "966707d0-3269-4727-9be2-8c3a10f19b9d",  # Password Administrator
        "729827e3-9c14-49f7-bb1b-9608f156bbb8",  # Helpdesk Administrator
        "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b",  # Message Center Reader
        "4a5d8f65-41da-4de4-8968-e035b65339cf",  # Reports Reader
        "75934031-6c7e-415a-99d7-48dbd49e875e",  # Usage Summary Reports Reader
        "27460883-1df1-4691-b032-3b79643e5e63",  # User Experience Success Manager
        "fdd7a751-b60b-444a-984c-02652fe8fa1c",  # Groups Administrator
        "fe930be7-5e62-47db-91af-98c3a49a38b1",  # User Administrator
    }
)


@dataclass(frozen=True, slots=True)
class RoleGroup:
    """`privileged`: a role may be given to it, so its members are guarded like administrators, whether one is given or not."""

    name: str
    privileged: bool = False


@dataclass(frozen=True, slots=True)
class RoleStanding:
    """What somebody's groups and roles make of them."""

    groups: frozenset[str] = field(default_factory=frozenset)
    admin: bool = False
    protected: bool = False


def standing(groups: Iterable[RoleGroup], roles: Iterable[str]) -> RoleStanding:
    """`roles`: definition ids of those that are held directly. One that isn't built in is beyond us, so it protects."""
    known, held = tuple(groups), frozenset(roles)
    privileged = any(group.privileged for group in known)
    names = frozenset(group.name for group in known if group.name)
    return RoleStanding(names, bool(held) or privileged, bool(held - RESETTABLE) or privileged)
