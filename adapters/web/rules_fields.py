"""The rules as fields of a form: which control each of them has, what may be chosen, and how a value reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.coverage.interfaces import GroupSize
from bot.identity.assurance import as_offered
from bot.identity.methods.registry import METHODS
from bot.language.translations import Words
from bot.platform.ids import Kind
from bot.policy.policy import LENGTHS, MINUTES, QUARANTINE, QUESTIONS, RECONFIRM, STRENGTHS, USES, GroupRules, Policy
from bot.policy.rule_weights import RULES, Heading, value

Control = Literal["choice", "number", "kinds", "order", "groups", "words", "text", "by_group"]
DEFAULTS = Policy()
NUMBERS: Mapping[str, range] = {
    "registration.reconfirm_days": RECONFIRM,
    "registration.quarantine_hours": QUARANTINE,
    "access_pass.uses": USES,
    "access_pass.minutes": MINUTES,
    "questions.register": QUESTIONS,
    "questions.answer": QUESTIONS,
    "passwords.min_length": LENGTHS,
    "passwords.strength": STRENGTHS,
}
KINDS, GROUPS = frozenset({"methods.available", "methods.alone"}), frozenset({"scope.groups", "scope.except"})
ORDER = "methods.order"
YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that may be chosen; `note` is small print beside it, `place` where it stands in an order."""

    value: str
    label: str
    chosen: bool
    note: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class RuleField:
    """One rule. `by` says who gave it its value; empty: it is as it always was."""

    path: str
    control: Control
    label: str
    hint: Sequence[str]
    said: str  # what stands in a field to be typed in
    choices: tuple[Choice, ...]
    default: str
    by: str = ""
    at: float = 0.0
    version: int = 0
    least: int = 0
    most: int = 0


def control_of(path: str) -> Control:
    """What a rule is set with."""
    if path == "groups":
        return "by_group"
    if path in NUMBERS:
        return "number"
    if path in KINDS:
        return "kinds"
    if path == ORDER:
        return "order"
    if path in GROUPS:
        return "groups"
    match value(DEFAULTS, path):
        case bool() | int() | StrEnum():
            return "choice"
        case tuple():
            return "words"
        case _:
            return "text"


def options(path: str) -> tuple[str, ...]:
    """Of a choice: what a form sends."""
    match value(DEFAULTS, path):
        case bool():
            return YES_NO
        case StrEnum() as default:
            return tuple(type(default))
        case _:
            return ("1", "2")


@dataclass(frozen=True, slots=True)
class Reader:
    """Says values in somebody's language."""

    words: Words
    language: str
    kinds: tuple[Kind, ...]
    carried: frozenset[Kind]

    def say(self, id: str, **given: object) -> str:
        """One sentence."""
        return self.words.say(id, tuple((name, str(each)) for name, each in given.items()), self.language)

    def label(self, path: str) -> str:
        """What the rule is called."""
        return self.words.prompt(f"rules.{path}", (), self.language).title

    def told(self, path: str, policy: Policy) -> str:
        """A value of the policy, as somebody reads it; of groups with rules of their own, one line each."""
        if path == "groups":
            return "\n".join(map(self.group, policy.groups)) or self.say("rules.groups.none")
        match found := value(policy, path):
            case bool():
                return self.say(f"rules.{YES_NO[not found]}")
            case int():
                return str(found)
            case tuple() if path == ORDER:
                kinds = ", ".join(map(self.kind, found))
                return self.say("rules.methods.order.some", kinds=kinds) if found else self.say("rules.methods.order.none")
            case tuple():
                return ", ".join(self.kind(each) if path in KINDS else each for each in found) or self.say("rules.empty")
            case _ if control_of(path) == "choice":
                return self.option(path, found)
            case _:
                return found or self.say("rules.empty")

    def group(self, rules: GroupRules) -> str:
        """One group's own rules, in a line."""
        all_, none = self.say("rules.groups.as_for_all"), self.say("rules.groups.none")
        kinds, alone = (", ".join(map(self.kind, each)) for each in (rules.available, rules.alone))
        said = {"required": rules.required or all_, "available": kinds or all_, "alone": alone or none}
        return self.say("rules.groups.line", group=rules.group, **said)

    def methods(self, listed: Sequence[str], *, weak_only: bool = False) -> tuple[Choice, ...]:
        """All that may be listed, or the weak ones and whatever is listed."""
        offered = [k for k in self.kinds if METHODS[k].weak or k in listed or not weak_only]
        return tuple(Choice(k, self.kind(k), k in listed, self._note(k)) for k in offered)

    def option(self, path: str, chosen: str) -> str:
        """What stands beside its button."""
        if chosen in YES_NO:
            return self.say(f"rules.{chosen}")
        return chosen if chosen.isdecimal() else self.say(f"rules.{path}.{chosen.replace('-', '_')}")

    def kind(self, kind: str) -> str:
        """What a method is called."""
        return self.say(f"method.{kind}.name")

    def field(self, path: str, found: object, sizes: Mapping[str, int]) -> RuleField:
        """`found` is what stands in the document, or what somebody typed that can't be."""
        control, words = control_of(path), self.words.prompt(f"rules.{path}", (), self.language)
        limits = NUMBERS.get(path, range(1))
        said = "\n".join(map(str, found)) if isinstance(found, tuple | list) else str(found)
        default = self.told(path, DEFAULTS)
        choices = self._choices(path, control, found, sizes)
        return RuleField(path, control, words.title, words.paragraphs, said, choices, default, least=limits[0], most=limits[-1])

    def _choices(self, path: str, control: Control, found: object, sizes: Mapping[str, int]) -> tuple[Choice, ...]:
        listed = tuple(map(str, found)) if isinstance(found, tuple | list) else ()
        match control:
            case "choice":
                chosen = YES_NO[not found] if isinstance(found, bool) else str(found)
                return tuple(Choice(each, self.option(path, each), each == chosen) for each in options(path))
            case "kinds":
                return self.methods(listed, weak_only=path == "methods.alone")
            case "order":
                places = {kind: str(place) for place, kind in enumerate(listed, start=1)}
                kinds = as_offered(list(map(Kind, listed)), self.kinds)
                return tuple(Choice(k, self.kind(k), k in places, place=places.get(k, "")) for k in kinds)
            case "groups":
                return tuple(Choice(g, g, chosen=True, note=self.people(sizes.get(g.casefold(), 0))) for g in listed)
            case _:
                return ()

    def _note(self, kind: Kind) -> str:
        ends = METHODS[kind].ends_elsewhere
        notes = (*(() if kind in self.carried else ("rules.not_carried",)), *(("rules.ends_elsewhere",) if ends else ()))
        return "; ".join(self.say(each, when=ends) for each in notes)

    def people(self, count: int) -> str:
        """So many."""
        return self.say("rules.person") if count == 1 else self.say("rules.people", count=count)


def by_heading() -> Mapping[Heading, Sequence[str]]:
    """The paths of each heading, in order."""
    return {heading: [rule.path for rule in RULES if rule.heading is heading] for heading in Heading}


def sizes_of(groups: Sequence[GroupSize]) -> Mapping[str, int]:
    """By name, however it is spelled."""
    return {group.name.casefold(): group.accounts for group in groups}
