"""Every rule of the policy, where an admin looks for it, and whether another value of it tightens or loosens: pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from bot.policy.by_group import methods_at, place_of
from bot.policy.helpdesk_rules import TicketRule
from bot.policy.policy import CodesInChat, ContactRule, GroupRules, MethodRules, Policy, Scope, ScopeState

Weigh = Callable[[Policy, Policy], "Direction"]
Value = bool | int | str | tuple[str, ...]
FOR_EVER = 1_000_000  # days: what "never again" is worth


class Heading(StrEnum):
    """Where Microsoft Entra's own pages have it."""

    PROPERTIES = "properties"
    METHODS = "methods"
    REGISTRATION = "registration"
    NOTIFICATIONS = "notifications"
    CUSTOMIZATION = "customization"
    ON_PREMISES = "on_premises"
    PASSWORDS = "passwords"


class Direction(StrEnum):
    """What a change does to the bar. One admin may raise it; to lower it takes two."""

    TIGHTENS = "tightens"
    LOOSENS = "loosens"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One value of the policy, by the name that it has in the document."""

    path: str
    heading: Heading
    weighs: Weigh


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One value that isn't as it was."""

    path: str
    old: Value
    new: Value
    direction: Direction


def value(policy: Policy, path: str) -> Value:
    """What stands there; of groups with rules of their own, one line each."""
    if path == "groups":
        return tuple(map(group_line, policy.groups))
    part: object = policy
    for name in path.split("."):
        part = getattr(part, name) if hasattr(part, name) else getattr(part, f"{name}_")
    return part  # type: ignore[return-value]  # the leaves of the policy are of these types; a test walks all of them


def changes(old: Policy, new: Policy) -> tuple[RuleChange, ...]:
    """All values that differ, in the order of RULES."""
    pairs = ((rule, value(old, rule.path), value(new, rule.path)) for rule in RULES)
    return tuple(RuleChange(r.path, was, then, r.weighs(old, new)) for r, was, then in pairs if was != then)


def direction(found: Iterable[RuleChange]) -> Direction:
    """Of all together: what loosens in one place is made good by nothing in another."""
    each = {change.direction for change in found}
    return next((d for d in (Direction.LOOSENS, Direction.TIGHTENS) if d in each), Direction.NEITHER)


def _weighed(*, looser: bool, tighter: bool) -> Direction:
    return Direction.LOOSENS if looser else Direction.TIGHTENS if tighter else Direction.NEITHER


def _ranked(path: str, rank: Callable[[Value], int]) -> Weigh:
    """The higher, the looser."""

    def weighs(old: Policy, new: Policy) -> Direction:
        was, then = rank(value(old, path)), rank(value(new, path))
        return _weighed(looser=then > was, tighter=then < was)

    return weighs


def _looser_first(path: str, *values: Value) -> Weigh:
    return _ranked(path, lambda found: -values.index(found))


def _longer(path: str) -> Weigh:
    """More days without being asked again are looser, and 0 is never."""
    return _ranked(path, lambda days: int(days) or FOR_EVER)  # type: ignore[arg-type]  # a number of days


def _fewer(path: str) -> Weigh:
    return _ranked(path, lambda number: -int(number))  # type: ignore[arg-type]  # a number


def _more(path: str) -> Weigh:
    return _ranked(path, int)  # type: ignore[arg-type]  # a number


def _folded(names: Value) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)  # type: ignore[union-attr]  # a list of names


def _listed(path: str, *, more_is_looser: bool) -> Weigh:
    """Who puts one in another's place has done both, and that counts as looser."""

    def weighs(old: Policy, new: Policy) -> Direction:
        was, then = _folded(value(old, path)), _folded(value(new, path))
        looser, tighter = (then - was, was - then) if more_is_looser else (was - then, then - was)
        return _weighed(looser=bool(looser), tighter=bool(tighter))

    return weighs


def _patterns(path: str) -> Weigh:
    """As a list of what is let through, but that an empty one lets everything through."""
    listed = _listed(path, more_is_looser=True)

    def weighs(old: Policy, new: Policy) -> Direction:
        was, then = value(old, path), value(new, path)
        return listed(old, new) if was and then else _weighed(looser=not then and bool(was), tighter=not was and bool(then))

    return weighs


def _named(path: str) -> Weigh:
    """Whatever it says it vouches for, so only to say nothing is no risk."""

    def weighs(old: Policy, new: Policy) -> Direction:
        then = value(new, path)
        return _weighed(looser=bool(then) and then != value(old, path), tighter=not then and bool(value(old, path)))

    return weighs


def _scope(old: Policy, new: Policy) -> Direction:
    """Weighed whole: a group that is named for the first time loosens nothing where everybody was let before."""
    return _weighed(looser=not _within(new.scope, old.scope), tighter=not _within(old.scope, new.scope))


def _within(one: Scope, other: Scope) -> bool:
    """Whether whoever may by `one` surely may by `other`, whoever is in which group."""
    if one.state is ScopeState.NONE:
        return True
    if other.state is ScopeState.NONE or not _folded(other.except_) <= _folded(one.except_):
        return False
    return other.state is ScopeState.ALL or (one.state is ScopeState.SELECTED and _folded(one.groups) <= _folded(other.groups))


def group_line(rules: GroupRules) -> str:
    """One group's rules, as a reader of the policy knows them."""
    said = {"required": str(rules.required or ""), "available": ", ".join(rules.available), "alone": ", ".join(rules.alone)}
    return f"{rules.group}: {'; '.join(f'{name} {what}' for name, what in said.items() if what) or 'as for all, none alone'}"


def _grouped(old: Policy, new: Policy) -> Direction:
    """Whoever may be in whichever of the groups that are named: exact, since there are few."""
    names = [*{rules.group.casefold() for rules in (*old.groups, *new.groups)}]
    was, looser, tighter = replace(old, methods=new.methods), False, False
    for many in range(1, len(names) + 1):
        for mine in combinations(names, many):
            before, then = (methods_at(policy, place_of(policy, mine)) for policy in (was, new))
            looser, tighter = looser or not _stricter(then, before), tighter or not _stricter(before, then)
    return _weighed(looser=looser, tighter=tighter)


def _stricter(one: MethodRules, other: MethodRules) -> bool:
    """Or as strict."""
    listed = set(one.available) <= set(other.available) and set(one.alone) <= set(other.alone)
    return listed and one.required >= other.required


H = Heading
RULES: tuple[PolicyRule, ...] = (
    PolicyRule("scope.state", H.PROPERTIES, _scope),
    PolicyRule("scope.groups", H.PROPERTIES, _scope),
    PolicyRule("scope.except", H.PROPERTIES, _scope),
    PolicyRule("scope.smart_card", H.PROPERTIES, _looser_first("scope.smart_card", True, False)),  # noqa: FBT003 - a value
    PolicyRule("threat", H.PROPERTIES, _looser_first("threat", "normal", "raised")),
    PolicyRule("admins.state", H.PROPERTIES, _looser_first("admins.state", "two-methods", "off")),
    PolicyRule("methods.required", H.METHODS, _fewer("methods.required")),
    PolicyRule("methods.available", H.METHODS, _listed("methods.available", more_is_looser=True)),
    PolicyRule("methods.alone", H.METHODS, _listed("methods.alone", more_is_looser=True)),
    PolicyRule("methods.order", H.METHODS, lambda _old, _new: Direction.NEITHER),  # what is enough stays as it is
    PolicyRule("groups", H.METHODS, _grouped),
    PolicyRule("codes_in_chat", H.METHODS, _looser_first("codes_in_chat", *reversed(CodesInChat))),
    PolicyRule("access_pass.uses", H.METHODS, _more("access_pass.uses")),
    PolicyRule("access_pass.minutes", H.METHODS, _more("access_pass.minutes")),
    PolicyRule("questions.register", H.METHODS, _fewer("questions.register")),
    PolicyRule("questions.answer", H.METHODS, _fewer("questions.answer")),
    PolicyRule("registration.required", H.REGISTRATION, _looser_first("registration.required", False, True)),  # noqa: FBT003 - a value
    PolicyRule("registration.reconfirm_days", H.REGISTRATION, _longer("registration.reconfirm_days")),
    PolicyRule("registration.quarantine_hours", H.REGISTRATION, _fewer("registration.quarantine_hours")),
    PolicyRule("registration.with_password", H.REGISTRATION, _looser_first("registration.with_password", True, False)),  # noqa: FBT003 - a value
    PolicyRule("registration.contact_data", H.REGISTRATION, _looser_first("registration.contact_data", *reversed(ContactRule))),
    PolicyRule("registration.country", H.REGISTRATION, _named("registration.country")),
    PolicyRule("notify.users", H.NOTIFICATIONS, _looser_first("notify.users", False, True)),  # noqa: FBT003 - a value
    PolicyRule("notify.admins_on_admin_reset", H.NOTIFICATIONS, _looser_first("notify.admins_on_admin_reset", False, True)),  # noqa: FBT003 - a value
    PolicyRule("helpdesk.contact", H.CUSTOMIZATION, _named("helpdesk.contact")),
    PolicyRule("helpdesk.ticket", H.CUSTOMIZATION, _looser_first("helpdesk.ticket", *TicketRule)),
    PolicyRule("helpdesk.ticket_patterns", H.CUSTOMIZATION, _patterns("helpdesk.ticket_patterns")),
    PolicyRule("helpdesk.stops", H.CUSTOMIZATION, _listed("helpdesk.stops", more_is_looser=False)),
    PolicyRule("unlock.without_reset", H.ON_PREMISES, _looser_first("unlock.without_reset", True, False)),  # noqa: FBT003 - a value
    PolicyRule("change.by_password_alone", H.PASSWORDS, _looser_first("change.by_password_alone", True, False)),  # noqa: FBT003 - a value
    PolicyRule("passwords.min_length", H.PASSWORDS, _fewer("passwords.min_length")),
    PolicyRule("passwords.strength", H.PASSWORDS, _fewer("passwords.strength")),
    PolicyRule("passwords.banned", H.PASSWORDS, _listed("passwords.banned", more_is_looser=False)),
    PolicyRule("passwords.breached_must_answer", H.PASSWORDS, _looser_first("passwords.breached_must_answer", False, True)),  # noqa: FBT003 - a value
)
