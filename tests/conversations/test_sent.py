"""Whoever is sent to register from a sign-in page: on at once where nothing is missing, else registering first, and never anywhere else."""

import re
from dataclasses import replace

import pytest
from pydantic import ValidationError

from bot.platform.ids import WindowId
from bot.policy.policy import MethodRules
from bot.settings.sections import SignInSection
from tests.kit.kinds import TOTP
from tests.kit.people import Browser
from tests.kit.rules_page import AdminBrowser
from tests.kit.town import EVERYBODY, Town

INTRANET = "https://intranet.example.com/start"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


async def sent(town: Town, login: str) -> AdminBrowser:
    """Signed in, and back; `last` is what they were shown."""
    browser = AdminBrowser(town)
    asked = await browser.get("/register/check?return_to=https://evil.example")
    await browser.follows(asked.location, login)
    return browser


@pytest.fixture
async def sends(town: Town) -> Town:
    town.settings = town.settings.model_copy(update={"sign_in": SignInSection(return_to=INTRANET)})
    await town.replica()
    return town


async def test_nothing_is_missing_so_they_go_on_at_once(sends: Town) -> None:
    assert (await sent(sends, "ana")).last.location == INTRANET
    figures = (await sends.app.coverage.coverage()).sent
    assert (figures.sent, figures.complete, figures.skipped) == (1, 1, 0)


async def test_something_is_missing_so_they_may_register_first_or_skip(sends: Town) -> None:
    await sends.use_policy(replace(EVERYBODY, methods=MethodRules(2, (TOTP,))))
    ana = await sent(sends, "ana")
    assert "fewer methods than are required" in ana.last.text
    token = CSRF.search(ana.last.text)
    assert token
    assert (await ana.post("/register/check", csrf="0" * 32)).status == 403
    there = (await ana.post("/register/check", csrf=token[1])).location
    assert there.startswith("/p/")
    page = Browser(sends, cookie=ana.cookies["browser"], window=WindowId(there.removeprefix("/p/")))
    await page.presses("cancel")
    assert f'href="{INTRANET}"' in (await ana.get(there)).text
    for _ in range(2):  # counted once
        assert (await ana.get("/register/skip")).location == INTRANET
    figures = (await sends.app.coverage.coverage()).sent
    assert (figures.sent, figures.complete, figures.skipped) == (1, 0, 1)


async def test_without_the_setting_nobody_is_sent(town: Town) -> None:
    assert (await AdminBrowser(town).get("/register/check")).status == 404


@pytest.mark.parametrize(
    "odd", ["http://intranet.example.com", "//evil.example", "https://ana@evil.example", "javascript:alert(1)"]
)
def test_the_way_on_is_one_https_address(odd: str) -> None:
    with pytest.raises(ValidationError):
        SignInSection(return_to=odd)
