"""`unlatch policy apply` says what new rules would do, asks, and locks nobody out by accident; `coverage --what-if` only says it."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer

from bot.coverage.best_cure import BestCure
from bot.coverage.lacks import Lack
from bot.coverage.what_if import GroupForecast, WhatIfReport
from bot.model.facts import Audited
from bot.platform.job_outbox import Sent
from bot.platform.sentences import args
from bot.policy.forecast import Forecast
from tests.kit.commands import Run, Whole
from tests.kit.kinds import SMS, TOTP

GROUPS = (GroupForecast("Sales", 60, 30, 18, 12),)


def would(lose: int, can: int = 100) -> WhatIfReport:
    figures = Forecast(200, 190, 190, can, can - lose, 0, lose)
    return WhatIfReport(figures, (), ((Lack.NOT_ENOUGH, lose),), GROUPS, BestCure((TOTP,), 9))


@pytest.fixture(autouse=True)
def two_methods(whole: Whole) -> None:
    Path("p.toml").write_text('[scope]\nstate = "all"\n[methods]\nrequired = 2\n')
    whole.coverage.would = would(12)


@pytest.mark.parametrize("given", [(), ("--yes",), ("--yes", "--accept-lockout", "11"), ("--yes", "--json")], ids=str)
def test_what_locks_many_out_is_refused_whatever_a_script_says(run: Run, whole: Whole, given: tuple[str, ...]) -> None:
    code, _, err = run("policy", "apply", "p.toml", *given)
    assert (code, "lock out 12 of 100 people" in err, "`--accept-lockout 12`" in err) == (2, True, True)
    assert (whole.versions.kept, whole.versions.facts) == ([], [])


def test_the_number_that_was_printed_is_enough_stands_in_the_audit_and_admins_are_told(run: Run, whole: Whole) -> None:
    code, out, err = run("policy", "apply", "p.toml", "--yes", "--accept-lockout", "12")
    assert (code, err) == (0, "")
    assert "Could help themselves: 100 of 200 accounts today, 88 by these rules.\n" in out
    assert "12 could no longer:\n      12  fewer methods than are asked for\n" in out
    assert "      60      30      18  Sales\n" in out
    assert "The cheapest cure: Authenticator app. Accounts that it would help: 9; then 97 could.\n" in out
    applied, told = whole.versions.facts
    assert applied == Audited("operator:policy:applied", "operator", args(gain=0, lose=12, accepted=12))
    assert isinstance(told, Sent) and (told.kind, dict(told.about)["words"]) == ("alarm", "alarm.rules.applied")


@pytest.mark.parametrize(("lose", "can", "code"), [(5, 100, 0), (6, 100, 2), (1, 20, 0), (1, 19, 2), (0, 0, 0)])
def test_one_in_twenty_is_where_it_begins(run: Run, whole: Whole, lose: int, can: int, code: int) -> None:
    whole.coverage.would = would(lose, can)
    assert run("policy", "apply", "p.toml", "--yes")[0] == code


def test_the_share_is_a_setting(run: Run, whole: Whole) -> None:
    policy = whole.settings.policy.model_copy(update={"lockout_percent": 12})
    whole.settings = whole.settings.model_copy(update={"policy": policy})
    assert run("policy", "apply", "p.toml", "--yes")[0] == 0


@pytest.mark.parametrize("answer", [True, False])
def test_somebody_at_a_terminal_is_asked(run: Run, whole: Whole, monkeypatch: pytest.MonkeyPatch, *, answer: bool) -> None:
    whole.coverage.would = would(1)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(typer, "confirm", lambda _question, **_how: answer)
    code, out, _ = run("policy", "apply", "p.toml")
    assert (code, len(whole.versions.kept), "Nothing was changed." in out) == (int(not answer), int(answer), not answer)


def test_where_nobody_can_be_asked_nothing_is_done_unasked(run: Run, whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    whole.coverage.would = would(0)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: False))
    code, _, err = run("policy", "apply", "p.toml")
    assert (code, "`--yes`" in err, whole.versions.kept) == (2, True, [])


def test_json_is_one_object(run: Run, whole: Whole) -> None:
    said = json.loads(run("policy", "apply", "p.toml", "--yes", "--accept-lockout", "20", "--json")[1])
    assert said["applied"]
    refused = json.loads(run("policy", "apply", "p.toml", "--yes", "--json")[1])
    assert (refused["version"], refused["applied"], refused["lose"]) == (1, False, 12)
    assert (said["version"], said["lose"], said["lost"], said["cure"]) == (
        1,
        12,
        {"not_enough": 12},
        {"kinds": ["totp"], "people": 9},
    )
    assert said["groups"] == [{"name": "Sales", "total": 60, "before": 30, "after": 18, "lose": 12}]
    assert [change["rule"] for change in said["changes"]] == ["scope.state", "methods.required"]


@pytest.mark.parametrize("what", ["p.toml", "retirements"])
def test_coverage_by_other_rules_is_said_and_changes_nothing(run: Run, whole: Whole, what: str) -> None:
    code, out, _ = run("coverage", "--what-if", what)
    assert (code, "88 by these rules" in out, whole.versions.kept) == (0, True, [])
    asked = whole.coverage.asked[-1].methods
    assert (asked.required == 2) is (what == "p.toml")
    assert (SMS in asked.available) is (what == "p.toml")
    assert json.loads(run("coverage", "--what-if", what, "--json")[1])["lose"] == 12
    assert run("coverage", "--what-if", what, "--names")[0] == 2
