"""What tightens and what loosens, in every rule of the policy; what takes two admins; and who gave a rule its value."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.web.rules_fields import Reader
from bot.coverage.coverage import REASONS, CoverageRules
from bot.coverage.forecast import forecast
from bot.coverage.interfaces import Transition
from bot.coverage.lacks import Alike
from bot.identity.methods.registry import listable
from bot.language.translations import LANGUAGES, Words
from bot.platform.ids import Kind
from bot.policy.forecast import Forecast
from bot.policy.history import PolicyVersion, set_by
from bot.policy.policy import MethodRules, Policy, Scope, ScopeState, dump, parse
from bot.policy.rule_weights import RULES, Direction, changes, direction
from bot.policy.scope import Barred
from tests.house.tree import text
from tests.kit.kinds import EMAIL, RECOVERY, SMS, TOTP

UP, DOWN, SAME = Direction.TIGHTENS, Direction.LOOSENS, Direction.NEITHER
KINDS = frozenset(listable())

TWO, ONE = {"group": "Finance", "required": 2}, {"group": "Temps", "required": 1}
# Rule; a value, and another one; what it does to go from one to the other, and back.
TABLE: tuple[tuple[str, Any, Any, Direction, Direction], ...] = (
    ("scope.state", "all", "none", UP, DOWN),
    ("scope.groups", ["Sales"], ["Sales", "Finance"], DOWN, UP),
    ("scope.except", ["Temps"], [], DOWN, UP),
    ("scope.smart_card", False, True, DOWN, UP),
    ("threat", "normal", "raised", UP, DOWN),
    ("groups", [], [{"group": "Finance", "required": 2}], UP, DOWN),
    ("admins.state", "two-methods", "off", UP, DOWN),
    ("methods.required", 1, 2, UP, DOWN),
    ("methods.available", [TOTP, SMS], [TOTP], UP, DOWN),
    ("methods.alone", [], [SMS], DOWN, UP),
    ("methods.order", [], [SMS], SAME, SAME),  # what is enough stays as it is
    ("codes_in_chat", "never", "unlock", DOWN, UP),
    ("access_pass.uses", 1, 2, DOWN, UP),
    ("access_pass.minutes", 480, 60, UP, DOWN),
    ("questions.register", 5, 4, DOWN, UP),
    ("questions.answer", 3, 4, UP, DOWN),
    ("registration.required", True, False, DOWN, UP),
    ("registration.reconfirm_days", 90, 180, DOWN, UP),
    ("registration.quarantine_hours", 24, 0, DOWN, UP),
    ("registration.with_password", False, True, DOWN, UP),
    ("registration.contact_data", "offer", "count", DOWN, UP),
    ("registration.country", "", "DE", DOWN, UP),
    ("notify.users", True, False, DOWN, UP),
    ("notify.admins_on_admin_reset", True, False, DOWN, UP),
    ("helpdesk.contact", [], ["+1 202 555 0199", "Mo-Fr 7-18"], DOWN, UP),
    ("helpdesk.stops", ["their-manager"], ["their-manager", "many-targets"], UP, DOWN),
    ("helpdesk.ticket", "asked", "required", UP, DOWN),
    ("helpdesk.ticket_patterns", [], ["INC#######"], UP, DOWN),
    ("unlock.without_reset", True, False, UP, DOWN),
    ("change.by_password_alone", False, True, DOWN, UP),
    ("passwords.min_length", 8, 14, UP, DOWN),
    ("passwords.strength", 3, 2, DOWN, UP),
    ("passwords.banned", ["fabrikam"], ["fabrikam", "contoso"], UP, DOWN),
    ("passwords.breached_must_answer", False, True, UP, DOWN),
)
# What the table's one pair of values doesn't show.
MORE: tuple[tuple[str, Any, Any, Direction, Direction], ...] = (
    ("registration.reconfirm_days", 730, 0, DOWN, UP),  # 0 is never
    ("registration.contact_data", "ignore", "offer", DOWN, UP),
    ("registration.country", "DE", "AT", DOWN, DOWN),
    ("helpdesk.contact", "+1 202 555 0199", "+1 202 555 0666", DOWN, DOWN),
    ("helpdesk.ticket_patterns", ["INC#+"], ["INC#+", "HELP-#+"], DOWN, UP),
    ("codes_in_chat", "unlock", "always", DOWN, UP),
    ("methods.available", [TOTP], [SMS], DOWN, DOWN),
    ("methods.available", [TOTP, SMS], [SMS, TOTP], SAME, SAME),
    ("passwords.banned", ["contoso"], ["fabrikam"], DOWN, DOWN),
    ("groups", [], [{"group": "Finance", "alone": [SMS]}], DOWN, UP),
    ("groups", [TWO, ONE], [ONE, TWO], DOWN, UP),  # whoever is in both had to prove it twice
    ("groups", [TWO, {"group": "Sales", "required": 2}], [{"group": "Sales", "required": 2}, TWO], SAME, SAME),
    ("passwords.banned", ["Contoso"], ["contoso"], SAME, SAME),
    ("scope.groups", ["Sales"], ["SALES"], SAME, SAME),
    ("scope.groups", ["Sales"], ["Finance"], DOWN, DOWN),
)


def with_value(path: str, value: object) -> Policy:
    """Everything else by default, and a scope in which groups mean something."""
    document = dump(Policy(Scope(ScopeState.SELECTED, ("Sales",))))
    *sections, name = path.split(".")
    (document[sections[0]] if sections else document)[name] = value
    return parse(document, KINDS)


@pytest.mark.parametrize(("path", "one", "other", "there", "back"), [*TABLE, *MORE])
def test_each_rule_is_weighed_both_ways(path: str, one: object, other: object, there: Direction, back: Direction) -> None:
    first, second = with_value(path, one), with_value(path, other)
    assert [(c.path, c.direction) for c in changes(first, second)] == [(path, there)]
    assert [(c.path, c.direction) for c in changes(second, first)] == [(path, back)]


def test_a_contact_that_was_one_text_is_a_list_of_one() -> None:
    assert parse({"scope": {"state": "all"}, "helpdesk": {"contact": "+1 202 555 0199"}}, KINDS).helpdesk.contact == (
        "+1 202 555 0199",
    )
    assert with_value("helpdesk.contact", "") == with_value("helpdesk.contact", [])


def test_every_rule_of_the_policy_is_in_the_table_and_none_twice() -> None:
    def leaves(part: dict[str, Any], place: str = "") -> list[str]:
        each = [leaves(v, f"{place}{n}.") if isinstance(v, dict) else [place + n] for n, v in part.items()]
        return [path for paths in each for path in paths]

    there = sorted(leaves(dump(Policy())))
    assert sorted(rule.path for rule in RULES) == there
    assert sorted(path for path, *_ in TABLE) == there


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (Scope(ScopeState.NONE), Scope(ScopeState.SELECTED, ("A",)), DOWN),
        (Scope(ScopeState.SELECTED, ("A",)), Scope(ScopeState.ALL), DOWN),
        (Scope(ScopeState.ALL), Scope(ScopeState.SELECTED, ("A", "B")), UP),  # a group that is named first lets nobody new in
        (Scope(ScopeState.ALL, (), ("X",)), Scope(ScopeState.SELECTED, ("A",)), DOWN),  # somebody of X may be in A
        (Scope(ScopeState.NONE, ("A",)), Scope(ScopeState.NONE, ("B",)), SAME),  # nobody may, before and after
        (Scope(ScopeState.ALL, ("A",)), Scope(ScopeState.ALL, ("B",)), SAME),
        (Scope(ScopeState.SELECTED, ("A", "B")), Scope(ScopeState.SELECTED, ("A",), ("X",)), UP),
        (Scope(ScopeState.SELECTED, ("A",), ("X",)), Scope(ScopeState.NONE), UP),
    ],
)
def test_the_scope_is_weighed_whole(old: Scope, new: Scope, expected: Direction) -> None:
    found = changes(Policy(old), Policy(new))
    assert {change.direction for change in found} == {expected}


def test_what_loosens_in_one_place_is_made_good_in_no_other() -> None:
    both = changes(with_value("methods.required", 1), replace(with_value("notify.users", value=False), methods=MethodRules(2)))
    assert {change.direction for change in both} == {UP, DOWN}
    assert direction(both) is DOWN
    assert direction(both[:1]) is both[0].direction
    assert direction(()) is SAME


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_every_rule_can_be_said(language: str) -> None:
    reader = Reader(Words("Contoso", lambda: ""), language, tuple(sorted(KINDS)), KINDS)
    for reason in REASONS:
        assert reader.say(f"rollout.reason.{reason.value}")
    for path, one, other, *_ in TABLE:
        field = reader.field(path, one, {})
        assert field.hint and field.label and field.default
        assert reader.told(path, with_value(path, other))


def alike(*usable: Kind, barred: Barred | None = None) -> Alike:
    return Alike(barred, admin=False, usable=frozenset(usable), coming=frozenset())


def test_a_forecast_counts_who_gains_and_who_loses_apart() -> None:
    old, new = Policy(methods=MethodRules(2)), Policy(methods=MethodRules(1))
    found = forecast(
        CoverageRules(old, KINDS),
        CoverageRules(new, KINDS),
        [
            Transition(alike(TOTP), alike(TOTP), 10),
            Transition(alike(TOTP, SMS), alike(TOTP, SMS, barred=Barred.OUT_OF_SCOPE), 4),
            Transition(alike(RECOVERY, SMS), alike(RECOVERY, SMS), 3),
            Transition(alike(EMAIL, barred=Barred.DISABLED), alike(EMAIL, barred=Barred.DISABLED), 2),
        ],
    )
    assert found == Forecast(19, may_before=17, may_after=13, can_before=7, can_after=13, gain=10, lose=4)


@pytest.mark.parametrize(("lose", "many"), [(20, False), (21, True)])
def test_to_lock_out_more_than_a_fifth_takes_two(lose: int, many: bool) -> None:
    assert Forecast(200, 150, 150, 100, 100 - lose, 0, lose).locks_out_many is many


def version(number: int, by: str, policy: Policy) -> PolicyVersion:
    return PolicyVersion(number, float(number), by, json.dumps(dump(policy)))


def test_a_rule_is_of_whoever_gave_it_the_value_that_it_has() -> None:
    first = with_value("methods.required", 2)
    second = replace(first, codes_in_chat=with_value("codes_in_chat", "never").codes_in_chat)
    third = replace(second, methods=MethodRules(1))
    unreadable = PolicyVersion(3, 3.0, "somebody", '{"methods": {"available": ["fax"]}}')
    found = set_by([version(1, "ana", first), version(2, "ben", second), unreadable, version(4, "cara", third)], KINDS)
    assert {path: v.by for path, v in found.items()} == {
        "scope.groups": "ana",
        "methods.required": "cara",
        "codes_in_chat": "ben",
    }


def test_every_rule_stands_in_the_docs() -> None:
    told = text(Path("docs/policy.md"))
    assert [rule.path for rule in RULES if f"`{rule.path}`" not in told] == []
