"""Which method, registered by whom, would let the most people help themselves: a pure sum over accounts that are alike."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from bot.coverage.coverage import CoverageRules
from bot.coverage.lacks import Alike, Lack
from bot.identity.assurance import strongest_first
from bot.identity.methods.registry import lasting, listable
from bot.platform.ids import Kind
from bot.policy.by_group import rules_at

FEW = (1, 2)  # methods more: to have everybody register a third one is no cure


@dataclass(frozen=True, slots=True)
class BestCure:
    """So many people could help themselves if each registered these; one more method each is cheaper than two."""

    kinds: tuple[Kind, ...]
    people: int


def best_cure(rules: CoverageRules, accounts: Iterable[tuple[Alike, int]]) -> BestCure | None:
    """Of methods that help as many, the strongest. None: nobody lacks a method, or none would do.

    Whoever only waits for a new method needs no other, and whom the rules bar is helped by none.
    """
    lacking = [(account, count) for account, count in accounts if _lacks(rules, account)]
    for many in FEW:
        helped: Counter[tuple[Kind, ...]] = Counter()
        for account, count in lacking:
            for added in _sets(rules, account, many):
                helped[added] += count
        if helped:
            kinds = max(helped, key=lambda added: (helped[added], [-strongest_first(lasting()).index(kind) for kind in added]))
            return BestCure(kinds, helped[kinds])
    return None


def _lacks(rules: CoverageRules, account: Alike) -> bool:
    why = rules.why_not(account)
    return isinstance(why, Lack) and why is not Lack.QUARANTINE


def _sets(rules: CoverageRules, account: Alike, many: int) -> Iterator[tuple[Kind, ...]]:
    """So many methods more that would be enough, once they count."""
    have = account.usable | account.coming
    offered = rules.deliverable & set(rules_at(rules.policy, account.rules).methods.available) & set(lasting()) & listable()
    for added in combinations(strongest_first(offered - have), many):
        if rules.why_not(replace(account, usable=have | set(added), coming=frozenset())) is None:
            yield added
