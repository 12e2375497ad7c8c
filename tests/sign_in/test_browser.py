"""A real browser leaves the sealed page for the company's sign-in, and comes back to it: cookies, policy and all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer, unused_port
from playwright.async_api import Browser, expect

from bot.model.turn import Party
from bot.platform.ids import Origin
from tests.kit.browser import LOOKS, Scheme, looking, violations
from tests.kit.people import Browser as Cookies
from tests.kit.town import Town
from tests.sign_in.company import Company
from tests.sign_in.conftest import PASSWORD, Visit, provider_of


@pytest_asyncio.fixture
async def at_home(town: Town, company: Company) -> AsyncIterator[Visit]:
    """Nora's page, served at the address that links are made from, with its loops running."""
    base = f"http://localhost:{(port := unused_port())}"
    town.settings = town.settings.model_copy(update={"base_url": base})
    company.redirect = f"{base}/sign-in/callback"
    town.provider = provider_of(company, town)
    await town.replica()
    visit, subject = Visit(town, company, Cookies(town)), await town.subject("nora")
    await visit.opens(subject, Party(Origin.LINKED, subject))
    loops = asyncio.create_task(town.app.running().forever())
    async with TestServer(town.app.pages(), host="localhost", port=port):
        yield visit
    loops.cancel()
    with suppress(asyncio.CancelledError):
        await loops


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
async def test_there_and_back(chromium: Browser, at_home: Visit, script: bool) -> None:
    base = at_home.town.settings.base_url
    async with looking(chromium, "phone", script=script) as page:
        await page.context.add_cookies([{"name": "browser", "value": at_home.page.cookie, "url": base, "sameSite": "Lax"}])
        await page.goto(f"{base}/p/{at_home.page.window}")
        for user, shown in (("ana", "another account"), ("nora", "")):
            await page.get_by_role("link", name="Sign in with").click()
            await page.fill("[name=user]", user)
            await page.fill("[name=password]", PASSWORD)
            await page.press("[name=password]", "Enter")
            if shown:
                await expect(page.get_by_text(shown)).to_be_visible()
                await page.get_by_role("link", name="Back to your page").click()
        await expect(page).to_have_url(f"{base}/p/{at_home.page.window}")
        await expect(page.locator(".card[data-closed]")).to_be_visible(timeout=10_000)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
async def test_the_pages_are_well_formed_for_everybody(chromium: Browser, at_home: Visit, size: str, scheme: Scheme) -> None:
    base = at_home.town.settings.base_url
    async with looking(chromium, size, scheme) as page:
        await page.context.add_cookies([{"name": "browser", "value": at_home.page.cookie, "url": base, "sameSite": "Lax"}])
        await page.goto(f"{base}/p/{at_home.page.window}")
        assert await violations(page) == []
        await page.goto(f"{base}/sign-in/callback?state={at_home.page.window}~0&error=access_denied")
        await expect(page.get_by_role("link", name="Back to your page")).to_be_visible()
        assert await violations(page) == []
