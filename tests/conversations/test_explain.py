"""Why can't somebody help themselves? One answer, out of the same pure function as everything else."""

from dataclasses import replace

import pytest

from bot.cli.explain import lines, plain
from bot.coverage.attempts import AttemptStage
from bot.coverage.coverage import CoverageRules
from bot.coverage.explanation import cure
from bot.coverage.lacks import Alike
from bot.language.explain_question import asked_about
from bot.platform.ids import Kind, Origin
from bot.policy.policy import MethodRules, Policy, Scope, ScopeState
from tests.conversations.conftest import Call
from tests.kit.callers import LABELS
from tests.kit.guided import hired
from tests.kit.kinds import EMAIL, RECOVERY, SMS, TOTP
from tests.kit.people import Browser
from tests.kit.slack import SlackChat
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
    assert "This account can help itself right now." in list(lines(town.app, found))
    assert not set(said) & {"destination", "secret", "hint"}


async def test_what_would_help_is_named(town: Town) -> None:
    await town.use_policy(replace(EVERYBODY, methods=MethodRules(2, (TOTP, SMS))))
    found = await town.app.explanations.explain("nora")
    assert found is not None
    assert (found.why_not, found.cure) == ("no_method", (TOTP, SMS))
    assert "  What would be enough: Authenticator app and Text message." in list(lines(town.app, found))


async def test_nobody_is_nobody(town: Town) -> None:
    assert await town.app.explanations.explain("nobody-at-all") is None


async def test_an_admin_asks_in_a_chat_and_is_told_all_of_it(town: Town, chat: Call) -> None:
    adam = chat("adam")
    assert adam.chat
    await adam.chat.says("Why can't nora reset?")
    await town.settle()
    heard = await adam.chat.hears()
    assert await adam.chat.at() == "explain.other.cannot"
    assert "Why: nothing registered." in heard
    assert "What would be enough: Authenticator app." in heard
    shown = [row for row in await town.audit() if row.tag == "account:reasons:shown"]
    assert [(row.subject, dict(row.detail)["reader"]) for row in shown] == [(await town.subject("nora"), "admin")]


async def test_where_an_attempt_broke_off_is_told_and_that_a_door_is_closed(town: Town) -> None:
    ana = SlackChat(town, "ana")
    await ana.says("I forgot my password")
    page = Browser(town)
    await page.lands(await ana.link(), LABELS[TOTP])
    for _ in range(3):
        await page.types(await town.wrong_code("ana", TOTP))
    subject = await town.subject("ana")
    await town.app.store.records.exhaust(f"fail:{subject}:{TOTP}:{Origin.STRANGER}", 5, 60.0)
    sms = next(m.id for m in await town.app.store.records.methods(subject) if m.kind == SMS)
    await town.app.store.records.exhaust(f"row:{sms}", 100, 60.0)
    found = await town.app.explanations.explain("ana")
    assert found is not None and found.attempt is not None
    assert found.attempt.stage is AttemptStage.REFUSED
    said = list(lines(town.app, found))
    assert any(line.startswith("  The last attempt, ") and "was refused: " in line for line in said)
    assert any(line.startswith("  Authenticator app: too many wrong answers from places") for line in said)
    assert any(line.startswith("  Text message: ended after very many wrong answers") for line in said)


async def test_the_helpdesk_is_told_what_would_help_and_nothing_of_a_method(town: Town, chat: Call) -> None:
    await hired(town)
    await town.app.store.records.exhaust(f"fail:{await town.subject('ana')}:{TOTP}:{Origin.LINKED}", 5, 60.0)
    erin = chat("erin")
    assert erin.chat
    await erin.chat.says("what's wrong with ana's account")
    await town.settle()
    heard = await erin.chat.hears()
    assert await erin.chat.at() == "explain.other.can"
    assert "One of the methods: too many wrong answers" in heard
    assert "Authenticator" not in heard
    assert "last worked" not in heard


async def test_whoever_is_known_asks_about_themselves_and_about_nobody_else(town: Town, chat: Call) -> None:
    await town.use_policy(Policy(scope=Scope(ScopeState.SELECTED, ("Unlatch-Admins",))))
    ana = chat("ana")
    assert ana.chat
    await ana.chat.says("Why can't I reset my password?")
    await town.settle()
    assert await ana.chat.at() == "explain.self.cannot"
    assert "Authenticator app: " in await ana.chat.hears()
    await ana.chat.says("why can't nora reset her password")
    await town.settle()
    assert not (await ana.chat.at()).startswith("explain.")
    assert "account:reasons:shown" not in await town.tags()


async def test_a_stranger_is_told_how_to_find_out_and_nothing_about_any_account(town: Town) -> None:
    stranger = SlackChat(town, "ben", linked=False)
    await stranger.says("why can't I unlock my account")
    assert await stranger.at() == "explain.stranger"
    await stranger.says("why can't ana reset")
    assert not (await stranger.at()).startswith("explain.other")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("why can't priya reset?", "priya"),
        ("Why cannot priya@contoso.example change her password", "priya@contoso.example"),
        ("what's wrong with priya's account", "priya"),
        ("explain priya", "priya"),
        ("Warum kann priya ihr Passwort nicht zurücksetzen?", "priya"),
        ("was stimmt mit priya nicht", "priya"),
        ("why can't I reset my password", ""),
        ("Warum kann ich mein Kennwort nicht ändern?", ""),
        ("why can't I log in", None),
        ("why can't you reset it", None),
        ("what's wrong with the printer", None),
        ("explain this", None),
    ],
)
def test_whose_trouble_is_asked_about(said: str, name: str | None) -> None:
    assert asked_about(said) == name


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
