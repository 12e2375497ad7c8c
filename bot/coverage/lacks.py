"""Why somebody who may help themselves couldn't: one pure function over what the rules see of an account."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.directory.interfaces import Person
from bot.identity.assurance import TWO, Need, enough
from bot.identity.methods.registry import METHODS
from bot.identity.registered import Registered
from bot.platform.ids import Action, Kind
from bot.policy.by_group import FOR_ALL, place_of, rules_at
from bot.policy.policy import Policy
from bot.policy.scope import Barred, barred


class Lack(StrEnum):
    """What is missing; also a key of the report, beside those of `Barred`."""

    NO_METHOD = "no_method"
    UNAVAILABLE = "unavailable"  # the policy doesn't list the methods they have, or this house can't carry them
    QUARANTINE = "quarantine"  # enough as soon as the newest ones may be used
    ONLY_WEAK = "only_weak"  # enough, were it not for weakness
    NOT_ENOUGH = "not_enough"  # fewer dependence groups than are asked for


@dataclass(frozen=True, slots=True)
class Alike:
    """All that the rules see of an account. There are few different ones, however many accounts there are."""

    barred: Barred | None
    admin: bool  # held to the admin rule
    usable: frozenset[Kind]  # registered, and out of quarantine
    coming: frozenset[Kind]  # registered, and in quarantine
    rules: int = FOR_ALL  # the place of the rules that hold for them


def alike(policy: Policy, person: Person, methods: Iterable[Registered], *, admin: bool, frozen: bool, now: float) -> Alike:
    """What the rules see of one person; a method that was never tried isn't registered yet."""
    known = [method for method in methods if method.confirmed and not METHODS[method.kind].temporary]
    usable = frozenset(method.kind for method in known if method.usable_from <= now)
    why = Barred.FROZEN if frozen else barred(policy, person, admin=admin)
    coming = frozenset(method.kind for method in known) - usable
    return Alike(why, admin, usable, coming, place_of(policy, person.groups))


def lack(policy: Policy, deliverable: frozenset[Kind], account: Alike) -> Lack | None:
    """What keeps this account from resetting its password, whoever is barred apart. None: it has what it takes.

    `deliverable` are the kinds that this house can carry. Microsoft Entra calls None "registered" (isSsprRegistered).
    """
    policy = rules_at(policy, account.rules)
    offered = deliverable & set(policy.methods.available)
    need, now = Need(Action.RESET, account.admin), account.usable & offered
    have = account.usable | account.coming
    if enough(policy, need, now):
        return None
    if not have:
        return Lack.NO_METHOD
    if not have & offered:
        return Lack.UNAVAILABLE
    if enough(policy, need, have & offered):
        return Lack.QUARANTINE
    return Lack.ONLY_WEAK if _were_none_weak(policy, account, have & offered) else Lack.NOT_ENOUGH


def _were_none_weak(policy: Policy, account: Alike, have: frozenset[Kind]) -> bool:
    required = TWO if account.admin else policy.methods.required
    kinder = replace(policy, methods=replace(policy.methods, required=required, alone=tuple(METHODS)))
    return enough(kinder, Need(Action.RESET, admin=False), have)
