"""Whom the policy lets help themselves, and why not, as one pure function."""

from enum import StrEnum

from bot.directory.interfaces import Person
from bot.policy.policy import AdminState, Policy, ScopeState


class Barred(StrEnum):
    """Why somebody can't help themselves; also the end of a message id, "barred.<...>"."""

    DISABLED = "disabled"
    FROZEN = "frozen"
    PROTECTED = "protected"
    SMART_CARD = "smart_card"
    ADMIN = "admin"
    OUT_OF_SCOPE = "out_of_scope"


def barred(policy: Policy, person: Person, *, admin: bool) -> Barred | None:
    """None: they may. Group names are compared without regard to case; `except` wins over `groups`."""
    groups = {g.casefold() for g in person.groups}

    def among(names: tuple[str, ...]) -> bool:
        return any(n.casefold() in groups for n in names)

    if not person.enabled:
        return Barred.DISABLED
    if person.protected:
        return Barred.PROTECTED
    if person.smart_card and not policy.scope.smart_card:
        return Barred.SMART_CARD
    if admin and policy.admins.state is AdminState.OFF:
        return Barred.ADMIN
    if policy.scope.state is ScopeState.NONE or among(policy.scope.except_):
        return Barred.OUT_OF_SCOPE
    if policy.scope.state is ScopeState.SELECTED and not among(policy.scope.groups):
        return Barred.OUT_OF_SCOPE
    return None
