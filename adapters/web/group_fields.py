"""The rules that groups have of their own, as fields of the rules page's form: one part for each, in order, and an empty one to add another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.web.rules_fields import Choice, Reader
from bot.policy.policy import MOST_GROUPS, GroupRules, dump

NUMBERS = ("0", "1", "2")  # of methods required; 0: as for all


@dataclass(frozen=True, slots=True)
class GroupFields:
    """One group's part; without a name it is the one that adds a group. `told` is what the rules say now."""

    name: str
    people: str
    told: str
    required: tuple[Choice, ...]
    available: tuple[Choice, ...]
    alone: tuple[Choice, ...]


def group_fields(reader: Reader, found: Sequence[Mapping[str, Any]], sizes: Mapping[str, int]) -> list[GroupFields]:
    """`found` is what stands in the document, or what somebody typed that can't be."""
    shown = [_part(reader, each, sizes) for each in found]
    return shown if len(found) >= MOST_GROUPS else [*shown, _part(reader, dump(GroupRules("")), sizes)]


def _part(reader: Reader, rules: Mapping[str, Any], sizes: Mapping[str, int]) -> GroupFields:
    name = rules["group"]
    labels = (reader.say("rules.groups.as_for_all"), *NUMBERS[1:])
    return GroupFields(
        name,
        reader.people(sizes.get(name.casefold(), 0)) if name else "",
        reader.group(GroupRules(**rules)) if name else "",
        tuple(Choice(n, label, n == str(rules["required"])) for n, label in zip(NUMBERS, labels, strict=True)),
        reader.methods(rules["available"]),
        reader.methods(rules["alone"], weak_only=True),
    )
