"""ST31, ST32, ST35, ST40: what a reset or an unlock may not do, to whom it isn't done, and what is said when it fails."""

import pytest

from bot.directory.interfaces import Rejected
from bot.identity.registered import Registered
from bot.platform.ids import Kind, MethodId
from bot.platform.secret import Secret
from bot.policy.policy import AdminRules, AdminState, MethodRules, Policy, Scope, ScopeState
from tests.kit.attackers import APP, FORGOT, MAIL, TEXT, at_code, by_hand, count, opened, picks, proven, two_codes, unharmed
from tests.kit.kinds import EMAIL, SMS, TOTP
from tests.kit.people import Browser, Terminal
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town

EVERYBODY = Scope(state=ScopeState.ALL)


@pytest.mark.parametrize(
    ("login", "why"), [("olaf", "barred.disabled"), ("pia", "barred.protected"), ("nora", "verify.no_method_left")]
)
@pytest.mark.parametrize("wish", [FORGOT, "my account is locked", "I want to change my password"])
async def test_st31_whoever_cant_help_themselves_is_told_and_nothing_is_touched(
    town: Town, login: str, why: str, wish: str
) -> None:
    chat = Terminal(town, login)
    await chat.says(wish)
    if login == "nora" and "change" in wish:
        why = "page.open"  # her password is enough for that
    assert await chat.at() == why
    assert (count(town, "grant"), count(town, "operation"), count(town, "job")) == (0, 0, 0)


@pytest.mark.parametrize("login", ["olaf", "pia"])
async def test_st32_the_directory_refuses_them_too_whoever_asks(town: Town, login: str) -> None:
    subject = await town.subject(login)
    for effect in (town.directory.reset(subject, Secret(GOOD)), town.directory.unlock(subject)):
        with pytest.raises(Rejected):
            await effect


async def test_st32_a_reset_enables_nobody_and_signs_nobody_in(town: Town) -> None:
    _, page = await proven(town)
    answer = await page.types(GOOD)
    assert "Set-Cookie" not in answer.text
    assert (await page.at(), (await page.view()).link) == ("reset.done", None)
    assert await town.signs_in("olaf", OLD) == "disabled"


async def test_st32_an_unlock_leaves_the_password_alone_and_a_grant_for_it_resets_nothing(town: Town) -> None:
    chat = Terminal(town, "dev")
    await chat.says("my account is locked")
    await chat.says(await town.code("dev", TOTP))
    assert await chat.at() == "unlock.done"
    assert await town.signs_in("dev", OLD) == "right"


async def test_st40_a_former_password_is_refused_truthfully_and_leaves_nothing_half_done(town: Town) -> None:
    _, page = await proven(town)
    await page.types(OLD)
    notice = (await page.view()).notice
    assert notice and notice.words == "password.history"
    assert await town.signs_in("ana", OLD) == "right"
    await page.types(GOOD)
    assert await page.at() == "reset.done"
    assert [t for t in await town.tags() if t.startswith("account:")].count("account:reset:changed") == 1


async def test_one_account_is_reset_five_times_an_hour_and_its_fifth_password_stays(town: Town) -> None:
    passwords = [f"{GOOD}-{word}" for word in ("Walnut", "Quarry", "Tundra", "Saddle", "Velvet", "Ginger")]
    heard = []
    for password in passwords:
        _, page = await proven(town)
        await page.types(password)
        heard.append(await page.at())
        town.clock.passes(31)  # the app shows another code
    assert heard == ["reset.done"] * 5 + ["accounts.too_often"]
    assert await town.signs_in("ana", passwords[4]) == "right"
    town.clock.passes(3600)
    _, page = await proven(town)
    await page.types(passwords[5])
    assert await page.at() == "reset.done"


@pytest.mark.parametrize("method", [TEXT, MAIL])
async def test_r4_a_weak_method_alone_resets_nobody(town: Town, method: str) -> None:
    page = await at_code(town, "ana", method)
    await page.types(await town.code("ana", SMS if method == TEXT else EMAIL))
    assert (await page.at(), count(town, "grant")) == ("verify.how.next", 0)


async def test_r4_an_admin_never_gets_by_with_weak_methods(town: Town) -> None:
    await town.use_policy(Policy(EVERYBODY, methods=MethodRules(alone=(SMS, EMAIL))))
    page = await at_code(town, "adam", TEXT)
    await page.types(await town.code("adam", SMS))
    await page.presses("other")
    await picks(town, page, "adam", MAIL)
    await page.types(await town.code("adam", EMAIL))
    assert await page.at() != "reset.new"
    assert count(town, "grant") == 0


async def test_st01_a_policy_that_became_stricter_counts_for_grants_given_before(town: Town) -> None:
    _, page = await proven(town)
    await town.use_policy(Policy(EVERYBODY, methods=MethodRules(required=2)))
    await page.types(GOOD)
    assert await page.at() == "accounts.no_right"
    assert await unharmed(town)


async def test_st01_a_method_that_was_taken_off_the_policy_proves_nothing_more(town: Town) -> None:
    _, page = await opened(town, "ana")
    await town.use_policy(Policy(EVERYBODY, methods=MethodRules(available=(SMS, EMAIL))))
    await page.types(await town.code("ana", TOTP))
    assert await page.at() != "reset.new"
    assert count(town, "grant") == 0


async def test_st01_admins_can_be_left_out_while_they_are_at_it(town: Town) -> None:
    page = await at_code(town, "adam")
    await town.use_policy(Policy(EVERYBODY, admins=AdminRules(AdminState.OFF)))
    await two_codes(town, page, "adam")
    notice = (await page.view()).notice
    assert (notice and notice.words, count(town, "grant")) == ("verify.not_taken", 0)  # no stranger hears that it is an admin


@pytest.mark.parametrize(("method", "kind", "secret"), [(APP, TOTP, "A" * 32), (TEXT, SMS, "+12025550199")], ids=["app", "text"])
async def test_r14_a_new_method_doesnt_serve_before_its_quarantine_is_over(
    town: Town, method: str, kind: Kind, secret: str
) -> None:
    now, subject = town.world.now(), await town.subject("nora")
    await town.app.store.records.register(Registered(MethodId("method-new"), subject, kind, Secret(secret), now, now + 60))
    page = await at_code(town, "nora", method)
    assert by_hand(town, "select method from challenge") == [(None,)]
    await page.types(await town.arrived("nora", kind) or "000000")
    assert await page.at() != "reset.new"
    chat = Terminal(town, "nora")
    await chat.says(FORGOT)
    assert await chat.at() == "verify.no_method_left"


async def test_st30_there_is_no_way_to_a_new_address_inside_a_recovery(town: Town) -> None:
    _, page = await proven(town)
    before = count(town, "method")
    for path in ("register", "method", "methods", "email", "phone", "contact"):
        assert (await page.post(f"/p/{page.window}/{path}", said="evil@evil.example")).status == 404
    assert count(town, "method") == before


async def test_st27_a_reset_begun_by_a_stranger_is_told_to_every_address(town: Town) -> None:
    page = await at_code(town, "ana")
    await two_codes(town, page, "ana")
    await page.types(GOOD)
    await town.settle()
    told = {to for to, _ in await town.subjects_of_mail("ana")}
    assert told >= {"ana@contoso.example", "ana@home.example"}
    assert len(told) == 3
    assert isinstance(page, Browser)
