"""Versions of the rules, and who gave each of them the value that it has."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.platform.ids import Kind
from bot.policy.interfaces import PolicyError
from bot.policy.policy import Policy, parse
from bot.policy.rule_weights import RULES, value


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One that is or was in force. `by`: an admin's subject, or who else wrote it; `approved_by`: the second admin, if it took two."""

    version: int
    at: float
    by: str
    document: str
    approved_by: str = ""

    def policy(self, listable: Collection[Kind]) -> Policy:
        """Read back. Raises PolicyError."""
        return parse(json.loads(self.document), listable)


def set_by(history: Sequence[PolicyVersion], listable: Collection[Kind]) -> Mapping[str, PolicyVersion]:
    """For each rule that was ever given another value than its default: the version that gave it the one in force.

    `history` is in order, the oldest first. A version that can't be read any more (it lists a method that is gone) gave nothing.
    """
    found: dict[str, PolicyVersion] = {}
    before = Policy()
    for version in history:
        try:
            policy = version.policy(listable)
        except PolicyError:
            continue
        found |= {rule.path: version for rule in RULES if value(policy, rule.path) != value(before, rule.path)}
        before = policy
    return found
