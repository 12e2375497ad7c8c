"""A policy held against Entra's recommendations and NIST's rules: each rule is broken by one policy that breaks nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.identity.methods.registry import no_authenticators, sent, strengths
from bot.policy.helpdesk_rules import HelpdeskRules
from bot.policy.policy import (
    AdminRules,
    AdminState,
    ContactRule,
    MethodRules,
    NotifyRules,
    Policy,
    RegistrationRules,
    UnlockRules,
)
from bot.policy.profiles import PROFILES, MethodTraits, broken_rules
from tests.kit.commands import Run
from tests.kit.kinds import EMAIL, QUESTIONS, RECOVERY, SMS, TOTP

TRAITS = MethodTraits(sent(), strengths(), no_authenticators())
IDEAL = Policy(methods=MethodRules(2, (TOTP, RECOVERY, SMS)), helpdesk=HelpdeskRules(("+1 555 0100",)))


@pytest.mark.parametrize("profile", PROFILES)
def test_one_policy_holds_both(profile: str) -> None:
    assert list(broken_rules(IDEAL, profile, TRAITS)) == []


@pytest.mark.parametrize(
    ("profile", "setting", "policy"),
    [
        ("entra-default", "admins.state", replace(IDEAL, admins=AdminRules(AdminState.OFF))),
        ("entra-default", "registration.required", replace(IDEAL, registration=RegistrationRules(required=False))),
        ("entra-default", "registration.reconfirm_days", replace(IDEAL, registration=RegistrationRules(reconfirm_days=0))),
        (
            "entra-default",
            "registration.contact_data",
            replace(IDEAL, registration=RegistrationRules(contact_data=ContactRule.COUNT)),
        ),
        ("entra-default", "notify.users", replace(IDEAL, notify=NotifyRules(users=False))),
        ("entra-default", "notify.admins_on_admin_reset", replace(IDEAL, notify=NotifyRules(admins_on_admin_reset=False))),
        ("entra-default", "helpdesk.contact", replace(IDEAL, helpdesk=HelpdeskRules((" ",)))),
        ("entra-default", "unlock.without_reset", replace(IDEAL, unlock=UnlockRules(without_reset=False))),
        ("nist-aal2", "methods.required", replace(IDEAL, methods=replace(IDEAL.methods, required=1))),
        ("nist-aal2", "methods.alone", replace(IDEAL, methods=replace(IDEAL.methods, alone=(SMS,)))),
        ("nist-aal2", "methods.available", replace(IDEAL, methods=MethodRules(2, (TOTP, SMS, EMAIL)))),
        ("nist-aal2", "methods.available", replace(IDEAL, methods=MethodRules(2, (SMS,)))),
        ("nist-aal2", "methods.available", replace(IDEAL, methods=MethodRules(2, (TOTP, QUESTIONS)))),
        ("nist-aal2", "methods.order", replace(IDEAL, methods=replace(IDEAL.methods, order=(SMS,)))),
        ("nist-aal2", "notify.users", replace(IDEAL, notify=NotifyRules(users=False))),
        ("nist-aal2", "registration.with_password", replace(IDEAL, registration=RegistrationRules(with_password=True))),
        (
            "nist-aal2",
            "registration.contact_data",
            replace(IDEAL, registration=RegistrationRules(contact_data=ContactRule.COUNT)),
        ),
    ],
)
def test_each_rule_is_broken_alone(profile: str, setting: str, policy: Policy) -> None:
    assert [rule.setting for rule in broken_rules(policy, profile, TRAITS)] == [setting]


@pytest.mark.usefixtures("whole")
def test_the_command_says_what_falls_short_and_what_would_change(run: Run) -> None:
    shown = run("policy", "show")[1]
    Path("two.toml").write_text(
        shown.replace("required = 1", "required = 2", 1).replace("groups = []", 'groups = ["G"]'), encoding="utf-8"
    )
    code, out, _ = run("policy", "lint", "two.toml")
    assert (code, "methods.available: nist-aal2 asks for not both" in out, "methods.required" in out) == (1, True, False)
    assert "methods.required: nist-aal2 asks for 2" in run("policy", "lint")[1]
    assert "There is no profile nist-9" in run("policy", "lint", "--profile", "nist-9")[2]
    assert run("policy", "diff", "two.toml")[:2] == (1, 'scope.groups: [] → ["G"]\nmethods.required: 1 → 2\n')
    Path("three.toml").write_text(Path("two.toml").read_text(encoding="utf-8").replace(', "email"', ""), encoding="utf-8")
    assert run("policy", "lint", "three.toml")[:2] == (0, "Everything that nist-aal2 asks for is there.\n")
