"""Why can't somebody help themselves? One answer, out of the same pure function as everything else."""

from dataclasses import replace

import pytest

from bot.cli.explain import lines, plain
from bot.coverage.coverage import CoverageRules
from bot.coverage.explanation import cure
from bot.coverage.lacks import Alike
from bot.platform.ids import Kind
from bot.policy.policy import MethodRules, Policy
from tests.kit.kinds import EMAIL, RECOVERY, SMS, TOTP
from tests.kit.town import EVERYBODY, Town

ALL = frozenset({TOTP, SMS, EMAIL, RECOVERY})


async def test_it_says_of_everybody_what_the_coverage_report_says(town: Town) -> None:
    await town.app.coverage.coverage()
    unable = {one.login: one.reason async for one in town.app.coverage.unable()}
    assert unable
    for login in (*unable, "ana"):
        found = await town.app.explanations.explain(login)
        assert found is not None
        assert found.why_not == unable.get(login), login


async def test_whoever_can_is_told_so_with_when_each_method_last_worked(town: Town) -> None:
    found = await town.app.explanations.explain("ana")
    assert found is not None
    said = plain(found)
    assert (said["can"], said["cure"], said["locked"]) == (True, [], False)
    assert {method["kind"] for method in said["methods"]} >= {"totp"}
    assert "Yes, this account could help itself today." in list(lines(town.app, found))
    assert not set(said) & {"destination", "secret", "hint"}


async def test_what_would_help_is_named(town: Town) -> None:
    await town.use_policy(replace(EVERYBODY, methods=MethodRules(2, (TOTP, SMS))))
    found = await town.app.explanations.explain("nora")
    assert found is not None
    assert (found.why_not, found.cure) == ("no_method", (TOTP, SMS))
    assert any(line.startswith("The least that would be enough: ") for line in lines(town.app, found))


async def test_nobody_is_nobody(town: Town) -> None:
    assert await town.app.explanations.explain("nobody-at-all") is None


@pytest.mark.parametrize(
    ("required", "available", "have", "least"),
    [
        (1, ALL, set(), (TOTP,)),
        (1, {SMS, EMAIL}, set(), (SMS, EMAIL)),  # each is weak alone
        (1, ALL, {TOTP}, ()),
        (2, ALL, {TOTP}, (RECOVERY,)),
        (2, {TOTP}, {TOTP}, ()),  # nothing would do
        (1, {TOTP, SMS}, {EMAIL}, (TOTP,)),  # what they have isn't offered
    ],
)
def test_the_least_that_would_be_enough(required: int, available: set[Kind], have: set[Kind], least: tuple[Kind, ...]) -> None:
    rules = CoverageRules(Policy(methods=MethodRules(required, tuple(sorted(available)))), ALL)
    assert cure(rules, Alike(None, admin=False, usable=frozenset(have), coming=frozenset())) == least
