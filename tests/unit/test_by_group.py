"""Which rules hold for whom: the first group that matches, a raised threat, and strangers, of whom the most is asked."""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.web.rules_form import asked_for
from bot.cli.policy import as_toml
from bot.directory.interfaces import Person
from bot.identity.assurance import Need, enough
from bot.identity.methods.registry import listable
from bot.platform.ids import Action, SubjectId
from bot.policy.by_group import place_of, policy_for, policy_for_anybody
from bot.policy.interfaces import PolicyError
from bot.policy.policy import (
    CodesInChat,
    GroupRules,
    MethodRules,
    Policy,
    Scope,
    ScopeState,
    ThreatLevel,
    dump,
    parse,
    read_policy,
)
from tests.kit.kinds import EMAIL, RECOVERY, SMS, TOTP

KINDS = frozenset(listable())
FINANCE = GroupRules("Finance", required=2)
TEMPS = GroupRules("Temps", available=(TOTP, EMAIL), alone=(EMAIL,))
POLICY = Policy(methods=MethodRules(1, (TOTP, RECOVERY, SMS), (SMS,)), groups=(FINANCE, TEMPS))
RAISED = replace(POLICY, threat=ThreatLevel.RAISED)


def somebody(*groups: str) -> Person:
    return Person(SubjectId("town:1"), "somebody", "Some Body", frozenset(groups))


@pytest.mark.parametrize(
    ("groups", "methods"),
    [
        ((), POLICY.methods),
        (("Sales",), POLICY.methods),
        (("finance",), MethodRules(2, (TOTP, RECOVERY, SMS), ())),
        (("Temps",), MethodRules(1, (TOTP, EMAIL), (EMAIL,))),
        (("Temps", "Finance"), MethodRules(2, (TOTP, RECOVERY, SMS), ())),  # the first in the policy
    ],
)
def test_the_first_group_that_matches_holds(groups: tuple[str, ...], methods: MethodRules) -> None:
    assert policy_for(POLICY, somebody(*groups)).methods == methods


def test_a_stranger_is_asked_for_as_much_as_anybody_whoever_he_says_he_is() -> None:
    assert policy_for_anybody(POLICY).methods == MethodRules(2, (TOTP, RECOVERY, SMS, EMAIL), ())


@pytest.mark.parametrize("action", [Action.RESET, Action.UNLOCK])
def test_while_the_threat_is_raised_a_text_alone_is_no_longer_enough(action: Action) -> None:
    need, me = Need(action, admin=False), somebody()
    assert enough(policy_for(POLICY, me), need, [SMS])
    assert not enough(policy_for(RAISED, me), need, [SMS])
    assert enough(policy_for(RAISED, me), need, [TOTP])
    assert not enough(policy_for(RAISED, me, stranger=True), need, [TOTP])
    assert policy_for_anybody(replace(RAISED, groups=())).methods.required == 2


def test_a_raised_threat_lengthens_waits_and_closes_what_is_a_risk() -> None:
    found = policy_for(RAISED, somebody())
    assert (found.registration.quarantine_hours, found.registration.with_password) == (72, False)
    assert (found.codes_in_chat, found.change.by_password_alone) == (CodesInChat.NEVER, False)


def test_it_is_read_and_written_as_a_file(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(as_toml(dump(replace(RAISED, scope=replace(RAISED.scope, groups=("Staff",))))), encoding="utf-8")
    assert read_policy(file, KINDS).groups == (FINANCE, TEMPS)
    assert "[[groups]]" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "groups",
    [
        [{"group": ""}],
        [{"group": "Staff"}, {"group": "STAFF"}],
        [{"group": "Staff", "required": 3}],
        [{"group": "Staff", "available": ["carrier-pigeon"]}],
        [{"group": f"Staff{number}"} for number in range(6)],
    ],
)
def test_what_cannot_be_is_refused(groups: list[dict[str, object]]) -> None:
    with pytest.raises(PolicyError):
        parse({"scope": {"state": "all"}, "groups": groups}, KINDS)


def test_nobody_s_group_is_nobody_s() -> None:
    assert place_of(POLICY, ()) == place_of(Policy(), ("Finance",)) == -1


def typed(*groups: dict[str, str]) -> dict[str, str]:
    return {"groups": "", **{f"groups.{n}.{key}": said for n, group in enumerate(groups) for key, said in group.items()}}


FINANCE_TYPED = {"group": "Finance", "place": "1", "required": "2"}
TEMPS_TYPED = {"group": "Temps", "place": "2", "available.totp": TOTP, "available.email": EMAIL, "alone.email": EMAIL}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({}, (FINANCE, TEMPS)),  # a form without them
        (typed(FINANCE_TYPED, TEMPS_TYPED, {"group": " ", "place": "3"}), (FINANCE, TEMPS)),
        (typed(FINANCE_TYPED, {**TEMPS_TYPED, "place": "1"}), (TEMPS, FINANCE)),
        (typed({**FINANCE_TYPED, "place": "2"}, TEMPS_TYPED), (TEMPS, FINANCE)),
        (typed({**FINANCE_TYPED, "gone": "yes"}, TEMPS_TYPED), (TEMPS,)),
        (typed(FINANCE_TYPED, TEMPS_TYPED, {"group": "Sales", "place": "2"}), (FINANCE, GroupRules("Sales"), TEMPS)),
    ],
)
def test_a_form_adds_moves_and_takes_off(form: dict[str, str], expected: tuple[GroupRules, ...]) -> None:
    assert parse(asked_for(replace(POLICY, scope=Scope(ScopeState.ALL)), form), KINDS).groups == expected
