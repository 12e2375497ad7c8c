"""The rules page by an admin's own key: for one browser, five minutes and one use, and for nobody who isn't an admin."""

import re
from dataclasses import replace

import pytest

from bot.policy.policy import MethodRules
from tests.kit.kinds import PASSKEY, TOTP
from tests.kit.people import Answer
from tests.kit.registering import on_file
from tests.kit.rules_page import AdminBrowser
from tests.kit.software_key import PRESENT, SoftwareKey, asked_on, holds_key
from tests.kit.town import EVERYBODY, Town


async def asked(browser: AdminBrowser, change: str = "") -> tuple[str, str]:
    """How it begins, and what has to be signed."""
    page = (await browser.get("/rules/door" + (f"?change={change}" if change else ""))).text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None, page
    return token[1], asked_on(page)


async def signs_in(browser: AdminBrowser, key: SoftwareKey, change: str = "") -> Answer:
    token, wanted = await asked(browser, change)
    return await browser.post("/rules/door", token=token, said=key.signs(wanted))


async def why(town: Town) -> list[str]:
    town.clock.passes(60)
    await town.app.store.audit.sweep_refusals()
    return [tag.rpartition(":")[2] for tag in await town.tags() if tag.startswith("rules:sign_in:refused")]


async def test_an_admin_comes_in_by_a_key_and_may_change_something(town: Town) -> None:
    key, browser = await holds_key(town, "adam"), AdminBrowser(town)
    assert (await signs_in(browser, key)).location == "/rules"
    assert "Signed in as Adam" in (await browser.get("/rules")).text
    assert {"rules:sign_in:signed", "rules:sign_in:confirmed"} <= set(await town.tags())
    assert (await signs_in(browser, key, "change-12ab")).location == "/rules/changes/change-12ab"


async def test_nobody_else_does_and_it_is_audited(town: Town) -> None:
    answer = await signs_in(browser := AdminBrowser(town), await holds_key(town, "ana"))
    assert answer.status == 403 and "isn't an admin" in answer.text
    answer = await signs_in(browser, SoftwareKey("http://localhost:8400", id=b"nobody's"))
    assert answer.status == 403 and "admin" not in browser.cookies
    assert sorted(await why(town)) == ["no_key", "not_admin"]


@pytest.mark.both_databases
async def test_what_was_signed_serves_once_in_its_own_browser_and_for_five_minutes(town: Town) -> None:
    key, browser = await holds_key(town, "adam"), AdminBrowser(town)
    token, wanted = await asked(browser)
    sent = key.signs(wanted)
    stranger = AdminBrowser(town)
    await stranger.get("/rules")
    assert (await stranger.post("/rules/door", token=token, said=sent)).status == 403
    assert (await browser.post("/rules/door", token=token, said=sent)).status == 303
    assert (await browser.post("/rules/door", token=token, said=sent)).status == 409
    assert not any(m.suspended for m in await on_file(town, "adam", PASSKEY))
    token, wanted = await asked(browser)
    town.clock.passes(301)
    assert (await browser.post("/rules/door", token=token, said=key.signs(wanted))).status == 409
    forged = token.replace(".", ".f", 1)
    assert (await browser.post("/rules/door", token=forged, said=key.signs(wanted))).status != 303


@pytest.mark.parametrize("lies", [{"origin": "https://evil.example"}, {"rp": "evil.example"}, {"challenge": "AAAA"}], ids=str)
async def test_signed_for_anything_else_it_opens_nothing(town: Town, lies: dict[str, object]) -> None:
    key, browser = await holds_key(town, "adam"), AdminBrowser(town)
    token, wanted = await asked(browser)
    assert (await browser.post("/rules/door", token=token, said=key.signs(wanted, **lies))).status == 403
    key.flags = PRESENT
    assert (await signs_in(browser, key)).status == 403


async def test_a_copy_of_an_admins_key_ends_it(town: Town) -> None:
    key, browser = await holds_key(town, "adam"), AdminBrowser(town)
    key.count = 8
    await signs_in(browser, key)
    key.count = 3
    assert (await signs_in(AdminBrowser(town), key)).status == 403
    assert [m.suspended for m in await on_file(town, "adam", PASSKEY)] == [True]
    key.count = 20
    assert (await signs_in(AdminBrowser(town), key)).status == 403


async def test_rules_that_do_not_list_it_let_nobody_in_by_it(town: Town) -> None:
    key, browser = await holds_key(town, "adam"), AdminBrowser(town)
    token, wanted = await asked(browser)
    await town.use_policy(replace(EVERYBODY, methods=MethodRules(available=(TOTP,))))
    assert (await browser.post("/rules/door", token=token, said=key.signs(wanted))).status == 403
    assert "data-asked" not in (await browser.get("/rules")).text
