"""Which proofs are enough, and which methods could still make them so: pure functions of policy, account and proofs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations

from bot.identity.methods.registry import METHODS, groups
from bot.model.prompt import Stage
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
    demanded = _demanded(need.action)
    if not demanded <= given:
        return False
    if any(need.action in METHODS[k].suffices_for for k in given):
        return True
    worth = groups(given)
    if need.admin:
        return worth >= TWO
    if demanded:
        return True
    if worth < policy.methods.required:
        return False
    if policy.methods.required == 1 and worth == 1 and need.action is not Action.UNLOCK:
        return any(not METHODS[k].weak or k in policy.methods.alone for k in given)
    return worth > 0


def useful(policy: Policy, need: Need, proofs: Iterable[Kind], have: Iterable[Kind]) -> tuple[Kind, ...]:
    """The methods that bring this account nearer to `enough`, strongest first; none when it can't get there at all."""
    given = set(proofs)
    used = {METHODS[k].group for k in given}
    free = strongest_first(k for k in set(have) if _allowed(policy, need, k) and METHODS[k].group not in used)
    if demanded := [k for k in free if k in _demanded(need.action)]:
        return tuple(demanded) if enough(policy, need, {*given, *free}) else ()
    return tuple(k for k in free if _leads_on(policy, need, given, k, free))


def _leads_on(policy: Policy, need: Need, given: set[Kind], kind: Kind, free: list[Kind]) -> bool:
    """With this one, and at most one more, it is enough; and this one is no detour."""
    with_it = given | {kind}
    if enough(policy, need, with_it):
        return True
    return any(kind in pair and enough(policy, need, given | set(pair)) for pair in combinations(free, 2))


def stage(policy: Policy, need: Need, given: Collection[Kind], kinds: Iterable[Kind]) -> Stage | None:
    """Which proof of how many it is when the next one is of one of these kinds. None: the only one, or that depends on the kind."""
    number, of = len(given) + 1, set[int]()
    for kind in kinds:
        if not _allowed(policy, need, kind):
            return None
        of.add(number if enough(policy, need, {*given, kind}) else number + 1)
    return Stage(number, of.pop()) if len(of) == 1 and of != {1} else None


def strongest_first(kinds: Iterable[Kind]) -> list[Kind]:
    """As they are offered."""
    return sorted(kinds, key=lambda kind: (-METHODS[kind].strength, kind))


def _demanded(action: Action) -> frozenset[Kind]:
    return frozenset(kind for kind, method in METHODS.items() if action in method.demanded_by)


def _allowed(policy: Policy, need: Need, kind: Kind) -> bool:
    method = METHODS[kind]
    if method.unregistered:  # whoever has a method proves it by that
        return need.action in method.serves or (need.bare and method.begins(policy, admin=need.admin))
    return not need.bare and kind in policy.methods.available and not (need.admin and method.weak)
