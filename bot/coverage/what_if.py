"""What other rules would do, with its reasons, the groups it would hit and the cheapest cure: a pure look at what was counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.coverage.best_cure import BestCure, best_cure
from bot.coverage.coverage import CoverageRules, Reason
from bot.coverage.forecast import forecast
from bot.coverage.interfaces import Transition
from bot.policy.forecast import Forecast

Reasons = tuple[tuple[Reason, int], ...]  # largest first, none of nobody


@dataclass(frozen=True, slots=True)
class GroupForecast:
    """One group's people who could help themselves, by the rules in force and by the others."""

    name: str
    total: int
    before: int
    after: int
    lose: int


@dataclass(frozen=True, slots=True)
class WhatIfReport:
    """Nothing in it is about one person. `gained`: why those couldn't before who could then; `lost`: why the others couldn't any more."""

    forecast: Forecast
    gained: Reasons
    lost: Reasons
    groups: tuple[GroupForecast, ...]  # where anything would change, most who lose first
    cure: BestCure | None  # by the other rules


def what_if(old: CoverageRules, new: CoverageRules, counted: Sequence[Transition]) -> WhatIfReport:
    """Of all that was counted, the groups of it apart."""
    everybody = [each for each in counted if each.group is None]
    gained, lost = Counter[Reason](), Counter[Reason]()
    for each in everybody:
        was, then = old.why_not(each.before), new.why_not(each.after)
        if was and not then:
            gained[was] += each.count
        elif then and not was:
            lost[then] += each.count
    cure = best_cure(new, ((each.after, each.count) for each in everybody))
    return WhatIfReport(forecast(old, new, everybody), _ranked(gained), _ranked(lost), _groups(old, new, counted), cure)


def _groups(old: CoverageRules, new: CoverageRules, counted: Iterable[Transition]) -> tuple[GroupForecast, ...]:
    by_name: dict[str, list[Transition]] = {}
    for each in counted:
        if each.group is not None:
            by_name.setdefault(each.group, []).append(each)
    sums = ((name, forecast(old, new, those)) for name, those in by_name.items())
    found = [GroupForecast(name, f.total, f.can_before, f.can_after, f.lose) for name, f in sums if f.gain or f.lose]
    return tuple(sorted(found, key=lambda group: (-group.lose, -group.total, group.name)))


def _ranked(reasons: Counter[Reason]) -> Reasons:
    return tuple(sorted(reasons.items(), key=lambda each: (-each[1], each[0])))
