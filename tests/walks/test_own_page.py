"""Somebody's own page walked in Chromium: the door, the page after the company's sign-in, and the lock."""

from playwright.async_api import Browser, Page, expect

from tests.kit.browser import SIZES, looking
from tests.kit.service import Service
from tests.walks.test_rules import WIDE, examined, signs_in

SMALLEST = {"width": 320, "height": 700}


async def in_all_looks(page: Page) -> None:
    """From the smallest phone to a wide screen, light and dark."""
    for size, scheme in ((SMALLEST, "dark"), (SIZES["phone"], "light"), (WIDE, "dark")):
        await page.set_viewport_size(size)  # type: ignore[arg-type]  # these are sizes
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # these are schemes
        await examined(page)


async def test_seen_locked_and_opened_again(chromium: Browser, demo: Service) -> None:
    async with looking(chromium) as page:
        await page.goto(f"{demo.home}/me")
        await in_all_looks(page)
        await page.get_by_role("link", name="Sign in with").click()
        await signs_in(page, demo, "priya")
        await expect(page.locator("#own-methods")).to_be_visible()
        await in_all_looks(page)
        await page.get_by_role("button", name="Lock my recovery now").press("Enter")
        await expect(page.locator("#own-stands .badge")).to_have_text("you can't help yourself")
        await page.get_by_role("button", name="Open my recovery again").click()
        await expect(page.locator("#own-stands .badge")).to_have_text("you can help yourself")
