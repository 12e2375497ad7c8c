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

    def each(self, question: CoverageQuestion) -> AsyncIterator[tuple[str, str, Alike]]:
        """Sign-in name and name of every account, by sign-in name."""
