"""Who may help themselves here, and what the others are told: admins, the unregistered, and whom scope or directory shuts out."""

from dataclasses import replace

import pytest

from bot.policy.policy import AdminRules, AdminState, GroupRules, MethodRules, Policy, Scope, ScopeState, ThreatLevel
from tests.conversations.conftest import Call
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import EMAIL, SMS, TOTP
from tests.kit.residents import GOOD, OLD
from tests.kit.town import EVERYBODY, Town

NOBODY = Policy(scope=Scope(state=ScopeState.NONE))
OTHERS = Policy(scope=Scope(state=ScopeState.SELECTED, groups=("Unlatch-Admins",)))
EXCEPT = Policy(scope=Scope(state=ScopeState.ALL, except_=("everybody",)))


async def test_an_admin_proves_it_by_two_strong_methods_or_not_at_all(town: Town, chat: Call) -> None:
    adam = chat("adam")
    await adam.wants("reset")
    assert await adam.at() == "verify.no_method_left"  # an app is one group; text and e-mail never serve an admin
    assert not [tag for tag in await town.tags() if tag.startswith(("identity:", "account:"))]


async def test_an_admin_at_the_portal_gets_no_grant_by_app_text_and_mail_together(town: Town) -> None:
    adam = Caller(town, "adam", Channel.PORTAL)
    await adam.wants("reset")
    await adam.proves_by(TOTP)
    for kind in (SMS, EMAIL):
        if (await adam.at()).startswith(("verify.", "method.")) and await adam.at() != "verify.no_method_left":
            await adam.begins_with(kind)
            await adam.types("111111")
    assert "identity:grant:reset" not in await town.tags()
    assert await town.signs_in("adam", OLD) == "right"


async def test_where_admins_may_not_help_themselves_they_are_told_so(town: Town, chat: Call) -> None:
    await town.use_policy(replace(EVERYBODY, admins=AdminRules(AdminState.OFF)))
    adam = chat("adam")
    await adam.wants("reset")
    assert await adam.at() == "barred.admin"


async def test_two_required_methods_are_asked_for_one_after_the_other(town: Town, call: Call) -> None:
    await town.use_policy(replace(EVERYBODY, methods=MethodRules(required=2)))
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    assert (await ana.at()).startswith(("verify.", "method."))
    await ana.proves_by(SMS)
    assert await ana.at() == "reset.new"
    await ana.types(GOOD)
    assert await town.signs_in("ana", GOOD) == "right"


async def test_whoever_has_fewer_methods_than_are_required_is_sent_to_the_helpdesk_at_once(town: Town, chat: Call) -> None:
    await town.use_policy(replace(EVERYBODY, methods=MethodRules(required=2)))
    dev = chat("dev")
    await dev.wants("reset")
    assert await dev.at() == "verify.no_method_left"


@pytest.mark.parametrize(
    ("policy", "login"), [(NOBODY, "ana"), (OTHERS, "ana"), (EXCEPT, "ana")], ids=["none", "selected", "except"]
)
async def test_out_of_scope_is_told_before_any_page_is_opened(town: Town, chat: Call, policy: Policy, login: str) -> None:
    await town.use_policy(policy)
    who = chat(login)
    for wish in ("reset", "unlock", "change"):
        await who.wants(wish)
        assert await who.at() == "barred.out_of_scope"
    assert "page:link:opened" not in await town.tags()


@pytest.mark.parametrize(
    ("login", "why"), [("olaf", "barred.disabled"), ("pia", "barred.protected"), ("nora", "verify.no_method_left")]
)
async def test_an_account_that_cannot_be_helped_here_is_told_why(town: Town, chat: Call, login: str, why: str) -> None:
    who = chat(login)
    await who.wants("reset")
    assert await who.at() == why
    assert f"conversation:answer:refused:{why}" in await town.tags()


STRICTER = replace(EVERYBODY, methods=MethodRules(required=2))


@pytest.mark.parametrize("policy", [NOBODY, EXCEPT, STRICTER], ids=["none", "except", "stricter"])
async def test_a_rule_that_was_tightened_meanwhile_stops_the_effect(town: Town, call: Call, policy: Policy) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await town.use_policy(policy)
    await ana.types(GOOD)
    assert await ana.at() in {"barred.out_of_scope", "accounts.no_right"}
    assert await town.signs_in("ana", OLD) == "right"


async def test_a_group_with_rules_of_its_own_is_held_to_them(town: Town) -> None:
    await town.use_policy(replace(EVERYBODY, groups=(GroupRules("Everybody", required=2),)))
    ana = Caller(town, "ana", Channel.SLACK)
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    assert (await ana.at()).startswith(("verify.", "method."))
    await ana.proves_by(SMS)
    assert await ana.at() == "reset.new"


async def test_while_the_threat_is_raised_strangers_prove_it_by_two_methods(town: Town) -> None:
    await town.use_policy(replace(EVERYBODY, threat=ThreatLevel.RAISED))
    ana = Caller(town, "ana", Channel.PORTAL)
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    assert await ana.at() != "reset.new"
    await ana.proves_by(EMAIL)
    assert await ana.at() == "reset.new"
