"""Who is who for Unlatch: roles come from directory groups, and every role holder is held to the admin rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.directory.interfaces import Directory, Person, Unreachable


class Role(StrEnum):
    """What somebody may do here besides helping themselves."""

    ADMIN = "admin"
    HELPDESK = "helpdesk"
    LEAD = "lead"
    AUDITOR = "auditor"
    HR = "hr"


TAKE_CALLS = frozenset({Role.HELPDESK, Role.LEAD})


@dataclass(frozen=True)
class Roles:
    """Group names by role, from the settings."""

    groups: Mapping[Role, str] = field(default_factory=dict)

    def of(self, person: Person) -> frozenset[Role]:
        """The roles that somebody's groups (nested ones included) give them."""
        names = {g.casefold() for g in person.groups}
        return frozenset(role for role, group in self.groups.items() if group.casefold() in names)

    def admin(self, person: Person) -> bool:
        """Held to the admin rule: a directory admin, or the holder of any role here: who can change the rules or open cases is worth as much to an attacker."""
        return person.admin or bool(self.of(person))


async def holders(role: Role, roles: Roles, directories: Mapping[str, Directory]) -> Sequence[Person]:
    """All who hold it at this moment. Reads every directory whole: for what happens rarely.

    A silent directory keeps nobody from hearing who is in another. Raises Unreachable when that leaves nobody.
    """
    found: list[Person] = []
    fault: Unreachable | None = None
    for directory in directories.values():
        try:
            found += [person for person in (await directory.changes(None)).persons if role in roles.of(person)]
        except Unreachable as silent:
            fault = silent
    if fault and not found:
        raise fault
    return found
