"""The rules are changed by admins who have just signed in, by two where it loosens, on our page alone; everything else is refused and audited."""

import asyncio
import json
import re
from dataclasses import replace

import pytest

from bot.policy.policy import GroupRules, Policy, ThreatLevel, dump
from tests.kit.admins import admin
from tests.kit.attackers import by_hand, count
from tests.kit.kinds import SMS, TOTP
from tests.kit.people import Terminal
from tests.kit.rules_page import AdminBrowser, at_rules
from tests.kit.town import Town

LOOSER = {"codes_in_chat": "always"}
STRICTER = {"codes_in_chat": "never"}


async def in_force(town: Town) -> tuple[int, Policy]:
    town.app.policies.forget()
    found = await town.app.store.policies.current()
    assert found is not None
    return found[0], await town.app.policies.current()


async def refused(town: Town) -> list[str]:
    """Why, in order; strangers' refusals stand in the chain once their minute is over."""
    town.clock.passes(60)
    await town.app.store.audit.sweep_refusals()
    return [
        tag.rpartition(":")[2] for tag in await town.tags() if tag.startswith(("policy:change:refused", "rules:sign_in:refused"))
    ]


@pytest.mark.parametrize("said", ["show me the rules", "turn on self-service for Sales", "zeig mir die Regeln"])
async def test_a_stolen_chat_session_is_led_to_the_page_and_opens_nothing(town: Town, said: str) -> None:
    thief = Terminal(town, "adam")
    await thief.says(said)
    await town.settle()
    assert f"{town.settings.base_url}/rules" in await thief.hears()
    assert not re.search(r"/rules[^\s]*[?~]", await thief.hears())
    browser = AdminBrowser(town)
    page = await browser.get("/rules")
    assert "Sign in with" in page.text and "csrf" not in page.text and "Properties" not in page.text
    answer = await browser.post("/rules", version="1", csrf="", **LOOSER)
    assert (answer.status, await in_force(town)) == (403, (1, town.policy))
    assert await refused(town) == ["not_signed_in"]


async def test_the_same_words_of_anybody_else_lead_nowhere(town: Town) -> None:
    ana = Terminal(town, "ana")
    await ana.says("show me the rules")
    await town.settle()
    assert "/rules" not in await ana.hears()


async def test_an_old_sign_in_looks_but_changes_nothing(town: Town) -> None:
    adam = await at_rules(town, "adam")
    change = await adam.saves(**STRICTER)
    town.clock.passes(601)
    assert 'value="confirm"' not in (await adam.get(change)).text
    assert (await adam.acts(change, "confirm")).status == 403
    assert (await in_force(town))[0] == 1
    assert await refused(town) == ["stale_sign_in"]
    town.clock.passes(1200)
    assert "Sign in with" in (await adam.get(change)).text
    again = await adam.signs_in("adam", change.rpartition("/")[2])
    assert again.location == change
    assert (await adam.acts(change, "confirm")).location == change
    assert (await in_force(town))[1].codes_in_chat == "never"


async def test_nobody_approves_their_own_loosening(town: Town) -> None:
    bea = await admin(town, "bea")
    adam = await at_rules(town, "adam")
    change = await adam.saves(**LOOSER)
    assert (await adam.acts(change, "confirm")).location == change
    assert (await adam.acts(change, "confirm")).status == 403
    assert await refused(town) == ["own_approval"]
    assert (await in_force(town))[0] == 1
    second = await at_rules(town, bea.login)
    page = (await second.get(change)).text
    assert "To take a lock off" in page and "Always" in page and "Version 1" in page  # both versions
    assert (await second.acts(change, "confirm")).location == change
    assert (await in_force(town))[1].codes_in_chat == "always"
    assert [t for t in await town.tags() if t.startswith("policy:")][-5:] == [
        "policy:change:previewed",
        "policy:change:proposed",
        "policy:change:refused:own_approval",
        "policy:document:saved",
        "policy:change:applied",
    ]


async def test_all_admins_hear_by_mail_of_what_waits_and_of_what_is_in_force(town: Town) -> None:
    bea = await admin(town, "bea")
    change = await (await at_rules(town, "adam")).saves(**LOOSER)
    adam = await at_rules(town, "adam")
    for browser in (adam, await at_rules(town, bea.login)):
        await browser.acts(change, "confirm")
        await town.settle()
        await town.settle()
    mails = [m.text for m in (await town.app.demo().inbox("adam")).messages if m.channel == "mail"]
    where = f"{town.settings.base_url}{change}"
    assert [where in text for text in mails] == [True, True]
    assert "waits for a second admin" in mails[0] and "Other rules are in force" in mails[1]


async def test_another_admins_draft_is_not_confirmed_before_it_is_proposed(town: Town) -> None:
    bea = await admin(town, "bea")
    change = await (await at_rules(town, "adam")).saves(**STRICTER)
    second = await at_rules(town, bea.login)
    assert (await second.acts(change, "confirm")).status == 403
    assert (await second.acts(change, "withdraw")).status == 403
    assert await refused(town) == ["not_yours", "not_yours"]
    assert (await in_force(town))[0] == 1


@pytest.mark.parametrize("token", ["", "0" * 32, "another's"])
async def test_a_forged_form_changes_nothing(town: Town, token: str) -> None:
    bea = await admin(town, "bea")
    adam = await at_rules(town, "adam")
    if token == "another's":
        token = (await (await at_rules(town, bea.login)).form())["csrf"]
    change = await adam.saves(**STRICTER)
    form = {**await adam.form(), **STRICTER, "csrf": token}
    assert (await adam.post("/rules", **form)).status == 403
    assert (await adam.acts(change, "confirm", csrf=token)).status == 403
    assert (await adam.post("/rules/back", version="1", csrf=token)).status == 403
    assert await refused(town) == ["forged"] * 3
    assert ((await in_force(town))[0], count(town, "policy_change")) == (1, 1)


async def test_another_sites_form_does_not_even_arrive(town: Town) -> None:
    adam = await at_rules(town, "adam")
    form = {**await adam.form(), **STRICTER}
    adam.site = "https://evil.example"
    assert (await adam.post("/rules", **form)).status == 403
    assert count(town, "policy_change") == 0


@pytest.mark.both_databases
async def test_of_two_admins_who_save_at_once_one_is_in_force_and_the_other_sees_both(town: Town) -> None:
    bea = await admin(town, "bea")
    adam, second = await at_rules(town, "adam"), await at_rules(town, bea.login)
    hers, his = await second.saves(passwords__min_length="16"), await adam.saves(**STRICTER)
    answers = await asyncio.gather(adam.acts(his, "confirm"), second.acts(hers, "confirm"))
    assert sorted(answer.status for answer in answers) == [303, 409]
    assert (await in_force(town))[0] == 2
    assert await refused(town) == ["moved_on"]
    loser, lost = (adam, his) if answers[0].status == 409 else (second, hers)
    page = (await loser.get(lost)).text
    assert "In force now (version 2)" in page and 'value="confirm"' not in page
    again = (await loser.acts(lost, "again")).location
    assert again not in {"", lost}
    await loser.acts(again, "confirm")
    number, policy = await in_force(town)
    assert (number, policy.codes_in_chat, policy.passwords.min_length) == (3, "never", 16)


async def test_a_form_that_was_filled_in_over_an_older_version_says_so(town: Town) -> None:
    adam = await at_rules(town, "adam")
    form = await adam.form()
    await adam.acts(await adam.saves(passwords__min_length="16"), "confirm")
    late = (await adam.post("/rules", **{**form, **STRICTER})).location
    assert "version 2 is in force by now" in (await adam.get(late)).text
    assert (await adam.acts(late, "confirm")).status == 409
    assert (await in_force(town))[1].passwords.min_length == 16


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("document", json.dumps(dump(Policy()) | {"codes_in_chat": "always", "admins": {"state": "off"}})),
        ("by", "contoso:nobody"),
        ("base", 0),
        ("at", 1.0),
    ],
)
async def test_a_proposal_that_was_mended_by_hand_is_none(town: Town, column: str, written: object) -> None:
    bea = await admin(town, "bea")
    adam = await at_rules(town, "adam")
    change = await adam.saves(**LOOSER)
    await adam.acts(change, "confirm")
    by_hand(town, f'update policy_change set "{column}" = ?', written)  # noqa: S608 - a name of ours
    second = await at_rules(town, bea.login)
    assert (await second.get(change)).status == 410
    assert (await second.acts(change, "confirm")).status == 410
    assert (await in_force(town))[0] == 1


async def test_a_draft_is_not_made_a_proposal_by_hand(town: Town) -> None:
    bea = await admin(town, "bea")
    change = await (await at_rules(town, "adam")).saves(**STRICTER)
    by_hand(town, "update policy_change set stage = 'proposed'")
    assert (await (await at_rules(town, bea.login)).acts(change, "confirm")).status == 410
    assert (await in_force(town))[0] == 1


async def test_who_is_no_admin_any_more_is_out_at_once(town: Town) -> None:
    adam = await at_rules(town, "adam")
    by_hand(town, "delete from directory_member where grp in (select id from directory_group where name = 'Unlatch-Admins')")
    assert "Sign in with" in (await adam.get("/rules")).text
    answer = await adam.signs_in("adam")
    assert answer.status == 403 and "isn't an admin" in answer.text
    assert await refused(town) == ["not_admin"]


async def test_a_cookie_is_good_in_its_own_browser_alone_and_is_no_others(town: Town) -> None:
    adam = await at_rules(town, "adam")
    thief = AdminBrowser(town, {"admin": adam.cookies["admin"], "browser": "ab" * 32})
    assert "Sign in with" in (await thief.get("/rules")).text
    for forged in ("", "~", "x~" + "0" * 32, adam.cookies["admin"][:-1] + "x", adam.cookies["admin"].partition("~")[0]):
        assert "Sign in with" in (await AdminBrowser(town, {**adam.cookies, "admin": forged}).get("/rules")).text


async def test_what_loosens_waits_a_week_and_no_longer(town: Town) -> None:
    bea = await admin(town, "bea")
    adam = await at_rules(town, "adam")
    change = await adam.saves(**LOOSER)
    await adam.acts(change, "confirm")
    town.clock.passes(8 * 86400)
    second = await at_rules(town, bea.login)
    assert (await second.acts(change, "confirm")).status == 410
    assert (await in_force(town))[0] == 1


async def test_rules_of_groups_are_added_moved_and_taken_off_as_any_rule_is_changed(town: Town) -> None:
    bea = await admin(town, "bea")
    adam, greta = await at_rules(town, "adam"), await at_rules(town, bea.login)

    async def groups() -> list[tuple[str, int]]:
        return [(rules.group, rules.required) for rules in (await in_force(town))[1].groups]

    await adam.acts(await adam.saves(groups__0__group="Unlatch-Admins", groups__0__required="2"), "confirm")
    assert await groups() == [("Unlatch-Admins", 2)]  # it tightens, so one is enough
    moved = await adam.saves(groups__1__group="everybody", groups__1__place="1", groups__1__alone__sms="sms")
    page = (await adam.get(moved)).text
    assert "everybody: required as for all; available as for all; alone Text message" in page and "everybody: 9 people" in page
    assert "loosens" in page
    await adam.acts(moved, "confirm")
    assert await groups() == [("Unlatch-Admins", 2)]
    await greta.acts(moved, "confirm")
    assert await groups() == [("everybody", 0), ("Unlatch-Admins", 2)]
    assert "2. Unlatch-Admins: required 2" in (await adam.get("/rules")).text

    off = await adam.saves(groups__0__gone="yes")
    await greta.acts(await greta.saves(**STRICTER), "confirm")
    again = (await adam.acts(off, "again")).location
    await adam.acts(again, "confirm")
    assert await groups() == [("Unlatch-Admins", 2)]
    back = (await adam.post("/rules/back", **{**await adam.form(), "version": "1"})).location
    assert "loosens" in (await adam.get(back)).text


async def test_two_rules_for_one_group_are_shown_again_as_they_were_typed(town: Town) -> None:
    await town.use_policy(replace(town.policy, groups=(GroupRules("Finance", required=2),), threat=ThreatLevel.RAISED))
    adam = await at_rules(town, "adam")
    assert "The threat level is raised" in (await adam.get("/rules")).text
    answer = await adam.post("/rules", **{**await adam.form(), "groups.1.group": "FINANCE"})
    assert answer.status == 422 and 'value="FINANCE"' in answer.text and "each once" in answer.text


async def test_an_order_from_a_file_outlives_a_save_and_is_changed_by_numbers(town: Town) -> None:
    await town.use_policy(replace(town.policy, methods=replace(town.policy.methods, order=(SMS,))))
    adam = await at_rules(town, "adam")
    await adam.acts(await adam.saves(**STRICTER), "confirm")
    assert (await in_force(town))[1].methods.order == (SMS,)
    there = await adam.saves(methods__order__totp="1")
    page = (await adam.get(there)).text
    assert "Authenticator app, Text message, then the strongest first" in page
    await adam.acts(there, "confirm")
    assert (await in_force(town))[1].methods.order == (TOTP, SMS)
