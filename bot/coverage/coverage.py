"""The report: who may help themselves, who has registered what it takes, and who could do it today."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from bot.coverage.interfaces import Counted
from bot.coverage.lacks import Alike, Lack, lack
from bot.coverage.sent_figures import NOBODY_SENT, SentFigures
from bot.platform.ids import Kind
from bot.policy.policy import Policy
from bot.policy.scope import Barred

Reason: TypeAlias = Barred | Lack
REASONS: tuple[Reason, ...] = (*Barred, *Lack)  # in the order in which the first that holds is told


@dataclass(frozen=True, slots=True)
class Figures:
    """Microsoft Entra's three (userRegistrationDetails: isSsprEnabled, isSsprRegistered, isSsprCapable), and of how many."""

    total: int = 0
    enabled: int = 0  # the policy lets them, whether they have registered or not
    registered: int = 0  # usable methods that are enough for a reset, whether the policy lets them or not
    capable: int = 0  # both


@dataclass(frozen=True, slots=True)
class GroupFigures(Figures):
    """Of one directory group, nested members included."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class CoverageReport(Figures):
    """Of everybody. `reasons` has every Reason, and together they are all who aren't capable. Nothing in it is about one person."""

    reasons: tuple[tuple[Reason, int], ...] = ()
    groups: tuple[GroupFigures, ...] = ()  # the largest, largest first
    silent: tuple[str, ...] = ()  # directories that didn't answer: their accounts are as last told
    sent: SentFigures = NOBODY_SENT


@dataclass(frozen=True, slots=True)
class CoverageRules:
    """The rules in force, and what this house can carry."""

    policy: Policy
    deliverable: frozenset[Kind]

    def why_not(self, account: Alike) -> Reason | None:
        """The first reason why such an account can't help itself today."""
        return account.barred or lack(self.policy, self.deliverable, account)

    def figures(self, counted: Iterable[Counted]) -> Figures:
        """How many there are, may, have registered and could, summed up over all that was counted."""
        total = enabled = registered = capable = 0
        for each in counted:
            may, has_enough = each.account.barred is None, lack(self.policy, self.deliverable, each.account) is None
            total += each.count
            enabled += each.count * may
            registered += each.count * has_enough
            capable += each.count * (may and has_enough)
        return Figures(total, enabled, registered, capable)

    def reasons(self, counted: Iterable[Counted]) -> tuple[tuple[Reason, int], ...]:
        """How many accounts can't help themselves for each reason, those of none included."""
        sums = dict.fromkeys(REASONS, 0)
        for each in counted:
            if why := self.why_not(each.account):
                sums[why] += each.count
        return tuple(sums.items())
