"""Somebody's own page: entered by a proof on a page or by the company's sign-in, in one browser, and shut to everybody else."""

import re

import pytest

from bot.identity.interfaces import LOCKED
from bot.model.facts import Audited, Frozen
from tests.conversations.conftest import Call
from tests.kit.attackers import two_codes
from tests.kit.callers import LABELS, Caller, Channel
from tests.kit.kinds import TOTP
from tests.kit.people import Browser
from tests.kit.rules_page import AdminBrowser
from tests.kit.town import Town

ENTRY = re.compile(r'name="entry" value="([^"]+)"')
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


async def proves(town: Town, login: str) -> Browser:
    """A stranger, up to where the page could be opened."""
    page = Browser(town)
    page._went(await page.post("/me/prove", prove="1"))
    await page.types(login)
    await page.picks(LABELS[TOTP])
    await two_codes(town, page, login)
    return page


async def enters(town: Town, login: str) -> AdminBrowser:
    page = await proves(town, login)
    found = ENTRY.search(await page.reads())
    assert found
    browser = AdminBrowser(town, {"browser": page.cookie})
    assert (await browser.post("/me/enter", entry=found[1])).location == "/me"
    return browser


async def acts(browser: AdminBrowser, act: str, about: str = "") -> int:
    found = CSRF.search((await browser.get("/me")).text)
    assert found
    return (await browser.post("/me", csrf=found[1], act=act, about=about)).status


async def test_whoever_proved_it_sees_their_own_and_may_take_it_off(town: Town) -> None:
    await Caller(town, "ana", Channel.SLACK).wants("reset")  # is linked there
    await town.app.store.chat_links.put("slack", "T1/UANA", await town.subject("ana"), _row(await town.subject("ana")))
    browser = await enters(town, "ana")
    text = (await browser.get("/me")).text
    assert "Signed in as Ana Resident" in text
    assert "Authenticator app: registered" in text
    assert "last worked" in text
    assert "T1/UANA" in text
    assert await acts(browser, "unlink", "slack:T1/UANA") == 303
    assert "T1/UANA" not in (await browser.get("/me")).text
    assert "identity:chat:unlinked" in await town.tags()


async def test_a_locked_recovery_is_told_and_opened_by_the_companys_sign_in_alone(town: Town) -> None:
    browser = await enters(town, "ana")
    assert await acts(browser, "lock") == 303
    ana = await town.subject("ana")
    assert await town.app.store.records.frozen(ana) == LOCKED
    await town.settle()
    assert [s for _, s in await town.subjects_of_mail("ana") if "recovery of your account was locked" in s]
    assert await acts(browser, "open") == 403
    chat = Caller(town, "ana", Channel.SLACK)
    await chat.wants("reset")
    assert await chat.at() == "barred.locked"
    await town.passes(2 * 86400)
    signed_in = AdminBrowser(town)
    assert (await signed_in.signs_in("ana", door="/me")).location == "/me"
    assert await acts(signed_in, "open") == 303
    assert await town.app.store.records.frozen(ana) == 0
    assert {"identity:recovery:locked", "identity:recovery:opened"} <= set(await town.tags())


async def test_what_somebody_disowned_stays_frozen_for_its_day_though_a_lock_is_opened(town: Town) -> None:
    ana, until = await town.subject("ana"), town.clock.now + 86400
    await town.app.store.records.did(ana, Frozen(ana, until), Audited("identity:change:disowned", ana))
    browser = AdminBrowser(town)
    await browser.signs_in("ana", door="/me")
    assert await acts(browser, "open") == 403  # nobody locked it
    await acts(browser, "lock")
    assert await town.app.store.records.frozen(ana) == LOCKED
    await acts(browser, "open")
    assert await town.app.store.records.frozen(ana) == until


async def test_the_door_is_shut_to_other_browsers_old_sessions_and_forged_forms(town: Town) -> None:
    page = await proves(town, "ana")
    found = ENTRY.search(await page.reads())
    assert found
    thief = AdminBrowser(town, {"browser": "f" * 64})
    assert (await thief.post("/me/enter", entry=found[1])).status == 409
    mine = AdminBrowser(town, {"browser": page.cookie})
    await mine.post("/me/enter", entry=found[1])
    assert "Authenticator app" in (await mine.get("/me")).text
    thief.cookies |= {"me": mine.cookies["me"]}
    assert "Authenticator app" not in (await thief.get("/me")).text
    assert (await mine.post("/me", csrf="0" * 32, act="lock", about="")).status == 403
    assert await town.app.store.records.frozen(await town.subject("ana")) == 0
    assert (await AdminBrowser(town).post("/me/sign-out", csrf="")).location == "/me"
    await town.passes(601)
    assert "Authenticator app" not in (await mine.get("/me")).text


@pytest.mark.parametrize("login", ["nora", "olaf", "adam", "ghost"])
async def test_at_the_door_nobody_can_tell_who_is_who(town: Town, login: str) -> None:
    """As for ana, up to the last wrong answer."""
    seen = [await _seen(town, name) for name in ("ana", login)]
    assert seen[0] == seen[1]


async def _seen(town: Town, login: str) -> list[str]:
    page, seen = Browser(town), []
    page._went(await page.post("/me/prove", prove="1"))
    await page.types(login)
    for _ in range(3):
        view = await page.view()
        seen += [view.prompt.id, str(view.notice)]
        if (await page.at()).startswith("verify.how"):
            await page.picks(LABELS[TOTP])
        else:
            await page.types("000001")
    return seen


async def test_a_chat_leads_to_the_page_and_shows_nothing_of_it(town: Town, chat: Call) -> None:
    ana = chat("ana")
    assert ana.chat
    await ana.chat.says("show me my methods")
    await town.settle()
    assert await ana.chat.at() == "my_page.here"
    assert f"{town.settings.base_url}/me" in await ana.chat.hears()


def _row(subject: str) -> Audited:
    return Audited("operator:chat:linked", subject)
