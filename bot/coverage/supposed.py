"""Other rules that stand ready to be asked about, made of those in force: pure."""

from dataclasses import replace
from typing import TypeVar

from bot.identity.methods.registry import ending_elsewhere
from bot.language.what_if_question import WhatIf, WhatIfQuestion
from bot.platform.ids import Kind
from bot.policy.policy import ContactRule, GroupRules, MethodRules, Policy

Rules = TypeVar("Rules", MethodRules, GroupRules)
TWO = 2


def supposed(policy: Policy, question: WhatIfQuestion) -> Policy:
    """The same rules but for what is asked about."""
    match question.what:
        case WhatIf.TWO_METHODS:
            groups = tuple(replace(rules, required=TWO if rules.required else 0) for rules in policy.groups)
            return replace(policy, methods=replace(policy.methods, required=TWO), groups=groups)
        case WhatIf.WITHOUT:
            return _without(policy, question.kinds)
        case WhatIf.RETIREMENTS:
            return retired(policy)


def retired(policy: Policy) -> Policy:
    """As another vendor of self-service will have it: nothing goes to a number, nothing is asked out of memory, and what nobody registered counts for nothing."""
    rule = policy.registration.contact_data
    kept = ContactRule.OFFER if rule is ContactRule.COUNT else rule
    return replace(_without(policy, ending_elsewhere()), registration=replace(policy.registration, contact_data=kept))


def _without(policy: Policy, kinds: tuple[Kind, ...]) -> Policy:
    """A group whose own list would be empty has the list of all: the document knows no other way to say it."""
    groups = tuple(_less(rules, kinds) for rules in policy.groups)
    return replace(policy, methods=_less(policy.methods, kinds), groups=groups)


def _less(rules: Rules, kinds: tuple[Kind, ...]) -> Rules:
    available = tuple(kind for kind in rules.available if kind not in kinds)
    return replace(rules, available=available, alone=tuple(kind for kind in rules.alone if kind not in kinds))
