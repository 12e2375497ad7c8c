"""`unlatch coverage`: totals for everybody on the server, names only when they are asked for, and then it is audited."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from bot.cli.forecast_said import SAID
from bot.coverage.coverage import REASONS, CoverageReport, GroupFigures
from bot.coverage.lacks import Lack
from bot.coverage.reports import LARGEST, Unable
from bot.policy.scope import Barred
from bot.settings.settings import Settings
from tests.kit.commands import Chain, Run, Whole, stand_in

COUNTS = {Lack.NO_METHOD: 40, Barred.DISABLED: 2}
FOUND = CoverageReport(
    100, 98, 59, 58, tuple((r, COUNTS.get(r, 0)) for r in REASONS), (GroupFigures(60, 58, 30, 29, "All-Staff"),)
)


@dataclass
class Reporting:
    """Stands for the whole, as far as this command touches it."""

    whole: Whole
    found: CoverageReport = FOUND
    asked: list[int] = field(default_factory=list)

    @property
    def store(self) -> "Reporting":
        return self

    @property
    def audit(self) -> Chain:
        return self.whole.audit

    @property
    def coverage(self) -> "Reporter":
        return Reporter(self)

    async def close(self) -> None:
        self.asked.append(-1)


@dataclass
class Reporter:
    of: Reporting

    async def coverage(self, groups: int) -> CoverageReport:
        self.of.asked.append(groups)
        return self.of.found

    async def unable(self) -> AsyncIterator[Unable]:
        for login, reason in (("ben", Lack.NO_METHOD), ("pavel", Barred.DISABLED)):
            yield Unable(login, login.title(), reason)


@pytest.fixture
def reporting(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> Reporting:
    made = Reporting(whole)

    async def build(_settings: Settings) -> Reporting:
        return made

    stand_in(monkeypatch, "app", build=build)
    return made


def test_totals_are_said_in_words_and_tell_of_nobody(run: Run, reporting: Reporting) -> None:
    code, out, err = run("coverage")
    assert (code, err, reporting.asked) == (0, "", [LARGEST, -1])
    assert out.startswith("58 of 100 accounts could help themselves today (58 %).\n98 may by the policy, and 59 have")
    assert f"      40  {SAID['no_method']}\n" in out
    assert SAID["quarantine"] not in out
    assert "      60      58         30      29  All-Staff\n" in out
    assert "ben" not in out
    assert reporting.audit.rows_ == []


def test_json_has_every_reason_and_no_names(run: Run, reporting: Reporting) -> None:
    code, out, _ = run("coverage", "--json", "--groups", "3")
    report = json.loads(out)
    assert (code, reporting.asked[0]) == (0, 3)
    assert {name: report[name] for name in ("total", "enabled", "registered", "capable")} == {
        "total": 100,
        "enabled": 98,
        "registered": 59,
        "capable": 58,
    }
    assert report["reasons"] == {reason.value: COUNTS.get(reason, 0) for reason in REASONS}
    assert report["groups"] == [{"total": 60, "enabled": 58, "registered": 30, "capable": 29, "name": "All-Staff"}]
    assert "names" not in report


def test_names_are_listed_when_they_are_asked_for_and_that_is_audited(run: Run, reporting: Reporting) -> None:
    assert f"  ben (Ben): {SAID['no_method']}\n" in run("coverage", "--names")[1]
    assert json.loads(run("coverage", "--json", "--names")[1])["names"][1] == {
        "login": "pavel",
        "name": "Pavel",
        "reason": "disabled",
    }
    assert [row.tag for row in reporting.audit.rows_] == ["operator:coverage:listed"] * 2


def test_a_directory_that_does_not_answer_is_named_on_standard_error(run: Run, reporting: Reporting) -> None:
    reporting.found = replace(FOUND, silent=("north",))
    code, out, err = run("coverage", "--json")
    assert (code, json.loads(out)["silent"]) == (0, ["north"])
    assert err == "The directory north doesn't answer; its accounts are counted as last known.\n"


def test_a_house_without_accounts_has_no_percentage(run: Run, reporting: Reporting) -> None:
    reporting.found = CoverageReport(reasons=tuple((r, 0) for r in REASONS))
    assert run("coverage")[1] == (
        "0 of 0 accounts could help themselves today.\n0 may by the policy, and 0 have registered what it takes.\n"
    )


def test_every_reason_has_words() -> None:
    assert set(SAID) == {reason.value for reason in REASONS}
