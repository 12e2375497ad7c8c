"""What coverage asks of the store: accounts, counted by all that the rules see of them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.coverage.lacks import Alike
from bot.directory.interfaces import Directory
from bot.identity.directory_contacts import ContactData
from bot.policy.policy import Policy
from bot.policy.roles import Roles


@dataclass(frozen=True, slots=True)
class Counted:
    """So many accounts of a group are alike, or (None) of all there are."""

    group: str | None
    account: Alike
    count: int


@dataclass(frozen=True, slots=True)
class Transition:
    """So many accounts that are alike by the rules in force are alike by other rules as well."""

    before: Alike
    after: Alike
    count: int
    group: str | None = None  # of this group; None: of all there are


@dataclass(frozen=True, slots=True)
class GroupSize:
    """How many accounts are in a group, by nesting too."""

    name: str
    accounts: int


@dataclass(frozen=True, slots=True)
class CoverageQuestion:
    """What the counts depend on: the rules, who holds a role, and the directories that this house has."""

    policy: Policy
    roles: Roles
    directories: tuple[str, ...]


class AccountCounts(Protocol):
    """The store counts accounts as the directories last told them; what the counts mean is decided here."""

    async def sync(self, directory: Directory, contacts: ContactData) -> int:
        """Take over what has changed since last time, and what counts of the contact data. Returns how many accounts. Raises Unreachable.

        It may run anywhere, at any time, and be cut short. One page is one transaction, so others are never kept waiting.
        """

    async def count(self, question: CoverageQuestion, groups: int, smallest: int) -> Sequence[Counted]:
        """Of everybody, and of the `groups` largest groups; of none with fewer accounts than `smallest`."""

    async def transitions(
        self, before: CoverageQuestion, after: CoverageQuestion, groups: int = 0, smallest: int = 0
    ) -> Sequence[Transition]:
        """Of everybody, by two sets of rules, and of the largest groups as `count` has them."""

    async def largest_groups(self, directories: Sequence[str], limit: int) -> Sequence[GroupSize]:
        """Largest first."""

    async def group_sizes(self, directories: Sequence[str], names: Sequence[str]) -> Sequence[GroupSize]:
        """Of these, without regard to case; one that nobody is in isn't among them."""

    def each(self, question: CoverageQuestion) -> AsyncIterator[tuple[str, str, Alike]]:
        """Sign-in name and name of every account, by sign-in name."""
