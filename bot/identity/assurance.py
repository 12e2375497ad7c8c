"""Which proofs are enough, and which methods could still make them so: pure functions of policy, account and proofs."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from bot.identity.methods.method import METHODS
from bot.platform.ids import Action, Kind
from bot.policy.policy import Policy

TWO = 2  # dependence groups: what is always asked of an admin


@dataclass(frozen=True, slots=True)
class Need:
    """What is asked of one account for one action."""

    action: Action
    admin: bool
    bare: bool = False  # no method is on file yet


def enough(policy: Policy, need: Need, proofs: Iterable[Kind]) -> bool:
    """Whether these proofs allow it.

    Two methods means two dependence groups. A weak method alone unlocks, but resets only where the policy names that risk; it
    never serves an admin (Entra's two-gate policy). A change asks for the password in force, always.
    """
    given = {k for k in proofs if _allowed(policy, need, k)}
    if need.bare:  # the first method is added by a company sign-in, or the password where the policy allows that
        return bool(given)
    if need.action is Action.CHANGE and Kind.PASSWORD not in given:
        return False
    if need.action is Action.LINK and Kind.SIGN_IN in given:  # a link proves nothing, and whoever the company knows may have it
        return True
    groups = {METHODS[k].group for k in given}
    if need.admin:
        return len(groups) >= TWO
    if need.action is Action.CHANGE:
        return True
    if len(groups) < policy.methods.required:
        return False
    if policy.methods.required == 1 and len(groups) == 1 and need.action is not Action.UNLOCK:
        return any(not METHODS[k].weak or k in policy.methods.alone for k in given)
    return bool(groups)


def useful(policy: Policy, need: Need, proofs: Iterable[Kind], have: Iterable[Kind]) -> tuple[Kind, ...]:
    """The methods that bring this account nearer to `enough`, strongest first; none when it can't get there at all."""
    given = set(proofs)
    groups = {METHODS[k].group for k in given}
    free = sorted(
        {k for k in have if _allowed(policy, need, k) and METHODS[k].group not in groups}, key=lambda k: -METHODS[k].strength
    )
    if need.action is Action.CHANGE and Kind.PASSWORD in free:
        return (Kind.PASSWORD,) if enough(policy, need, {*given, *free}) else ()
    return tuple(k for k in free if _leads_on(policy, need, given, k, free))


def _leads_on(policy: Policy, need: Need, given: set[Kind], kind: Kind, free: list[Kind]) -> bool:
    """With this one, and at most one more, it is enough; and this one is no detour."""
    with_it = given | {kind}
    if enough(policy, need, with_it):
        return True
    return any(kind in pair and enough(policy, need, given | set(pair)) for pair in combinations(free, 2))


def _allowed(policy: Policy, need: Need, kind: Kind) -> bool:
    if kind is Kind.SIGN_IN:  # whoever has a method proves it by that: a session at the company may be stolen
        return need.bare or need.action is Action.LINK
    if need.bare:
        return kind is Kind.PASSWORD and policy.registration.with_password and not need.admin
    if kind is Kind.PASSWORD:
        return need.action is Action.CHANGE
    return kind in policy.methods.available and not (need.admin and METHODS[kind].weak)
