"""Which rules hold for one person: those for all, in their place those of the first of their groups that has its own, and what a raised threat adds. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from bot.directory.interfaces import Person
from bot.policy.policy import QUARANTINE, ChangeRules, CodesInChat, MethodRules, Policy, ThreatLevel

FOR_ALL = -1  # no group of theirs has rules of its own
TWO = 2


def place_of(policy: Policy, groups: Iterable[str]) -> int:
    """The place of the first rules that match, without regard to case."""
    mine = {group.casefold() for group in groups}
    return next((at for at, rules in enumerate(policy.groups) if rules.group.casefold() in mine), FOR_ALL)


def rules_at(policy: Policy, place: int) -> Policy:
    """What holds for whoever has their rules at this place."""
    methods = methods_at(policy, place)
    if policy.threat is ThreatLevel.NORMAL:
        return replace(policy, methods=methods)
    return replace(
        policy,
        methods=replace(methods, alone=()),
        registration=replace(policy.registration, quarantine_hours=max(QUARANTINE), with_password=False),
        change=ChangeRules(),
        codes_in_chat=CodesInChat.NEVER,
    )


def policy_for(policy: Policy, person: Person, *, stranger: bool = False) -> Policy:
    """What holds for this very person; `stranger`: who says to be them comes from a place that nobody knows."""
    found = rules_at(policy, place_of(policy, person.groups))
    return _two(found) if stranger and policy.threat is ThreatLevel.RAISED else found


def policy_for_anybody(policy: Policy) -> Policy:
    """What is asked of a stranger: as much as of whoever is asked for most, so that it follows from no account."""
    each = [methods_at(policy, place) for place in (FOR_ALL, *range(len(policy.groups)))]
    offered = tuple(dict.fromkeys(kind for methods in each for kind in methods.available))
    alone = tuple(kind for kind in each[0].alone if all(kind in methods.alone for methods in each))
    strictest = replace(policy.methods, required=max(methods.required for methods in each), available=offered, alone=alone)
    found = rules_at(replace(policy, methods=strictest, groups=()), FOR_ALL)
    return _two(found) if policy.threat is ThreatLevel.RAISED else found


def methods_at(policy: Policy, place: int) -> MethodRules:
    """What a group leaves unsaid is as for all; which weak methods it takes alone it says itself."""
    if place == FOR_ALL:
        return policy.methods
    rules = policy.groups[place]
    required, available = rules.required or policy.methods.required, rules.available or policy.methods.available
    return replace(policy.methods, required=required, available=available, alone=rules.alone)


def _two(policy: Policy) -> Policy:
    return replace(policy, methods=replace(policy.methods, required=TWO))
