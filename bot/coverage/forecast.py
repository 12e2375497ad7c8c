"""Who would gain and who would lose the way back by other rules: a pure sum over accounts that are alike."""

from collections.abc import Iterable

from bot.coverage.coverage import CoverageRules
from bot.coverage.interfaces import Transition
from bot.policy.forecast import Forecast


def forecast(old: CoverageRules, new: CoverageRules, counted: Iterable[Transition]) -> Forecast:
    """Account by account, so that ten who gain don't hide ten who lose."""
    total = may_before = may_after = can_before = can_after = gain = lose = 0
    for each in counted:
        could, can = old.why_not(each.before) is None, new.why_not(each.after) is None
        total += each.count
        may_before += each.count * (each.before.barred is None)
        may_after += each.count * (each.after.barred is None)
        can_before += each.count * could
        can_after += each.count * can
        gain += each.count * (can and not could)
        lose += each.count * (could and not can)
    return Forecast(total, may_before, may_after, can_before, can_after, gain, lose)
