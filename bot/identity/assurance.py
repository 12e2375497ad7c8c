"""Which proofs are enough, and which methods could still make them so: pure functions of policy, account and proofs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.identity.methods.registry import METHODS, groups
from bot.model.facts import Proved
from bot.model.prompt import Stage
from bot.platform.ids import Action, Kind
from bot.policy.policy import Policy, ThreatLevel

Rule = Callable[[Policy, "Need", Sequence[Kind]], bool]
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
    if policy.methods.required == 1 and worth == 1 and (need.action is not Action.UNLOCK or policy.threat is ThreatLevel.RAISED):
        return any(not METHODS[k].weak or k in policy.methods.alone for k in given)
    return worth > 0


def enough_of_a_stranger(policy: Policy, need: Need, proofs: Sequence[Kind]) -> bool:
    """Whether it would be enough of somebody who may be anybody, and may have ten thousand names to try.

    What can be tried without end and by anybody doesn't count alone: an app's code counts with another method, or with the code
    that follows it, and so is named twice here (RFC 4226 section 7.4); a password counts with another method.
    """
    proofs = [k for k in proofs if not METHODS[k].known_only]
    if not enough(policy, need, proofs):
        return False
    if need.bare or any(need.action in METHODS[k].suffices_for for k in proofs) or groups(set(proofs)) >= TWO:
        return True
    if _demanded(need.action):
        return policy.change.by_password_alone
    return all(not METHODS[k].in_a_row or proofs.count(k) >= TWO for k in proofs)


def proved(proofs: Iterable[Proved]) -> list[Kind]:
    """The kinds of proofs; once more for each that directly follows another of the same method."""
    known = list(proofs)
    places = {(p.method, p.step) for p in known if p.step}
    return [*dict.fromkeys(p.kind for p in known), *(p.kind for p in known if p.step and (p.method, p.step - 1) in places)]


def useful(policy: Policy, need: Need, proofs: Iterable[Kind], have: Iterable[Kind]) -> tuple[Kind, ...]:
    """The methods that bring this account nearer to `enough`, as the policy orders them; none when it can't get there at all."""
    given = set(proofs)
    used = {METHODS[k].group for k in given}
    allowed = (k for k in set(have) if _allowed(policy, need, k) and METHODS[k].group not in used)
    free = as_offered(policy.methods.order, allowed)
    if demanded := [k for k in free if k in _demanded(need.action)]:
        return tuple(demanded) if enough(policy, need, {*given, *free}) else ()
    return tuple(k for k in free if _leads_on(policy, need, given, k, free))


def _leads_on(policy: Policy, need: Need, given: set[Kind], kind: Kind, free: list[Kind]) -> bool:
    """With this one, and at most one more, it is enough; and this one is no detour."""
    with_it = given | {kind}
    if enough(policy, need, with_it):
        return True
    return any(kind in pair and enough(policy, need, given | set(pair)) for pair in combinations(free, 2))


def stage(policy: Policy, need: Need, given: Sequence[Kind], kinds: Iterable[Kind], rule: Rule = enough) -> Stage | None:
    """Which proof of how many it is when the next one is of one of these kinds. None: the only one, or that depends on the kind."""
    number, of = len(given) + 1, set[int]()
    for kind in kinds:
        if not _allowed(policy, need, kind):
            return None
        of.add(number if rule(policy, need, [*given, kind]) else number + 1)
    return Stage(number, of.pop()) if len(of) == 1 and of != {1} else None


def strongest_first(kinds: Iterable[Kind]) -> list[Kind]:
    """As they are offered where the policy says nothing of it."""
    return sorted(kinds, key=lambda kind: (-METHODS[kind].strength, kind))


def as_offered(order: Sequence[Kind], kinds: Iterable[Kind]) -> list[Kind]:
    """Those that the policy's order names, and behind them all others."""
    return sorted(strongest_first(kinds), key=lambda kind: order.index(kind) if kind in order else len(order))


def _demanded(action: Action) -> frozenset[Kind]:
    return frozenset(kind for kind, method in METHODS.items() if action in method.demanded_by)


def _allowed(policy: Policy, need: Need, kind: Kind) -> bool:
    method = METHODS[kind]
    if method.unregistered:  # whoever has a method proves it by that
        return need.action in method.serves or (need.bare and method.begins(policy, admin=need.admin))
    return not need.bare and kind in policy.methods.available and not (need.admin and method.weak)
