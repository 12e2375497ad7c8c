"""The roll-out is for admins who have just signed in; what it says of one person is what the figures count, and who looked is on record."""

import pytest

from bot.coverage.coverage import CoverageReport
from bot.coverage.lacks import Lack
from bot.coverage.rollout import RolloutProgress, Rollouts, progress, with_scope
from bot.policy.policy import MethodRules, Policy, Scope, ScopeState
from bot.policy.scope import Barred
from tests.kit.admins import admin
from tests.kit.residents import RESIDENTS
from tests.kit.rules_page import AdminBrowser, at_rules
from tests.kit.town import Town


async def test_without_a_sign_in_it_says_nothing(town: Town) -> None:
    stranger = AdminBrowser(town)
    page = await stranger.get("/roll-out?as=ana&who=1")
    assert "Sign in with" in page.text and "Ana" not in page.text and "%" not in page.text
    assert (await stranger.post("/roll-out", state="none", csrf="")).status == 403
    assert (await stranger.signs_in("adam", "roll-out")).location == "/roll-out"


async def test_an_old_sign_in_sees_figures_and_no_names(town: Town) -> None:
    adam = await at_rules(town, "adam")
    assert "Nora Resident" in (await adam.get("/roll-out?who=1")).text
    assert "Nora Resident: nothing registered" in (await adam.get("/roll-out?as=nora")).text
    town.clock.passes(601)
    for path in ("/roll-out?who=1", "/roll-out?as=nora"):
        answer = await adam.get(path)
        assert answer.status == 403 and "Nora" not in answer.text and "may help themselves" in answer.text
    assert "rollout:missing:shown" in await town.tags()
    assert (await town.tags()).count("rollout:person:tried") == 1


async def test_a_step_is_a_change_like_any_other(town: Town) -> None:
    await admin(town, "bea")
    adam = await at_rules(town, "adam")
    token = (await adam.form())["csrf"]
    assert (await adam.post("/roll-out", state="selected", group="Everybody", csrf="0")).status == 403
    assert (await adam.post("/roll-out", state="everything", csrf=token)).status == 400
    assert (await adam.post("/roll-out", state="selected", group=" ", csrf=token)).status == 422
    change = (await adam.post("/roll-out", state="selected", group="everybody", csrf=token)).location
    assert change.startswith("/rules/changes/change-")
    assert "9 people" in (await adam.get(change)).text
    await adam.acts(change, "confirm")
    bea = await at_rules(town, "bea")
    back = (await bea.post("/roll-out", state="none", csrf=(await bea.form())["csrf"])).location
    assert "takes two admins" in (await bea.get(back)).text  # it would lock everybody out


@pytest.mark.parametrize(
    "policy",
    [
        Policy(Scope(ScopeState.ALL)),
        Policy(Scope(ScopeState.ALL), methods=MethodRules(2)),
        Policy(Scope(ScopeState.SELECTED, ("Unlatch-Admins",))),
        Policy(Scope(ScopeState.NONE)),
    ],
)
async def test_what_is_said_of_one_person_is_what_the_figures_count(town: Town, policy: Policy) -> None:
    await town.use_policy(policy)
    app = town.app
    rollouts = Rollouts(app.coverage, app.store.records, app.directories, town.world)
    await app.coverage.refresh()
    counted = {each.login: each.reason async for each in app.coverage.unable()}
    for who in RESIDENTS:
        tried = await rollouts.tried(who.login, policy)
        assert tried is not None
        assert tried.why == counted.get(who.login)
    assert await rollouts.tried("nobody", policy) is None
    missing = {each.login for each in await rollouts.missing(100)}
    assert missing == {login for login, why in counted.items() if isinstance(why, Lack)}


def test_nobody_is_told_all_are_capable_as_long_as_one_is_missing() -> None:
    report = CoverageReport(1000, 999, 998, 998, ((Barred.DISABLED, 1), (Lack.NO_METHOD, 1), (Lack.QUARANTINE, 0)))
    assert progress(report) == RolloutProgress(999, 998, ((Lack.NO_METHOD, 1),))
    assert [RolloutProgress(999, 998, ()).percent, RolloutProgress(5, 5, ()).percent, RolloutProgress(0, 0, ()).percent] == [
        99,
        100,
        0,
    ]


def test_a_step_keeps_the_groups_that_were_named() -> None:
    scope = with_scope(Policy(Scope(ScopeState.ALL, ("Sales",), ("Temps",))), ScopeState.SELECTED, "SALES").scope
    assert scope == Scope(ScopeState.SELECTED, ("Sales",), ("Temps",))
    assert with_scope(Policy(scope), ScopeState.SELECTED, "People").scope.groups == ("Sales", "People")
