"""The rules walked in Chromium by two admins: one tightens, two loosen, one goes back, in four looks and by keyboard."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.demo.seed import DEMO_PASSWORD
from tests.kit.browser import LOOKS, SIZES, Scheme, looking, violations
from tests.kit.service import Service

looks = pytest.mark.parametrize(("size", "scheme"), LOOKS)
WIDE: ViewportSize = {"width": 1440, "height": 900}
ENOUGH = 10  # seconds that a code has to be good for, so that a slow machine doesn't type an old one


async def examined(page: Page) -> None:
    assert await violations(page) == []
    assert await page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


async def comes_in(page: Page, demo: Service, login: str, path: str = "/rules", size: str = "desk") -> None:
    """By the demo's stand-in for the company's sign-in."""
    viewport: Any = SIZES["phone"] if size == "phone" else WIDE
    await page.set_viewport_size(viewport)
    await page.goto(f"{demo.home}{path}")
    await page.get_by_role("link", name="Sign in with").click()
    await signs_in(page, demo, login)
    await expect(page.get_by_text("Signed in as")).to_be_visible()


async def signs_in(page: Page, demo: Service, login: str) -> None:
    await page.fill("#login", login)
    await page.fill("#password", DEMO_PASSWORD)
    while (app := demo.inbox(login)["authenticator"])["seconds_left"] < ENOUGH:
        await page.wait_for_timeout(1000)
    await page.fill("#code", app["code"])
    await page.press("#code", "Enter")


async def rule_says(page: Page, path: str, said: str) -> None:
    await expect(page.locator(f'input[name="{path}"][value="{said}"]')).to_be_checked()


async def saves(page: Page) -> None:
    await page.locator("#properties > button").click()
    await expect(page.locator("h1")).to_contain_text("This would change")


@looks
async def test_one_tightens_and_two_loosen(chromium: Browser, demo: Service, size: str, scheme: Scheme) -> None:
    async with looking(chromium, size, scheme) as adam, looking(chromium, size, scheme) as greta:
        await adam.goto(f"{demo.home}/rules")
        await examined(adam)
        await comes_in(adam, demo, "adam", size=size)
        await examined(adam)
        await adam.check('input[name="codes_in_chat"][value="never"]')
        await saves(adam)
        await expect(adam.locator(".changes")).to_contain_text("tightens")
        await examined(adam)
        await adam.get_by_role("button", name="Put it in force").click()
        await expect(adam.locator("h1")).to_have_text("In force")
        await examined(adam)

        await adam.goto(f"{demo.home}/rules")
        await adam.check('input[name="codes_in_chat"][value="unlock"]')
        await saves(adam)
        await expect(adam.locator(".changes")).to_contain_text("loosens")
        await adam.click("text=Propose it to another admin")
        await expect(adam.get_by_text("Another admin has to look")).to_be_visible()
        await expect(adam.locator('button[value="confirm"]')).to_have_count(0)
        await examined(adam)

        await comes_in(greta, demo, "greta", adam.url.removeprefix(demo.home), size)
        await expect(greta.locator(".changes")).to_contain_text("Never")
        await expect(greta.locator(".changes")).to_contain_text("To take a lock off")
        await examined(greta)
        await greta.click("text=Approve, and put it in force")
        await expect(greta.locator("h1")).to_have_text("In force")
        await greta.goto(f"{demo.home}/rules")
        await rule_says(greta, "codes_in_chat", "unlock")
        await expect(greta.locator("#history")).to_contain_text("Adam Okonkwo, approved by Greta Hoffmann")
        await examined(greta)


async def test_by_keyboard_and_without_a_script(chromium: Browser, demo: Service) -> None:
    async with looking(chromium, script=False) as page:
        await comes_in(page, demo, "greta")
        await page.focus('input[name="notify.admins_on_admin_reset"]:checked')
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_contain_text("This would change")
        await page.focus('button[value="withdraw"]')
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_have_text("Withdrawn")


async def test_an_order_and_a_groups_rules_by_keyboard_in_german(chromium: Browser, demo: Service) -> None:
    async with looking(chromium, "phone", "dark", language="de-DE") as page:

        async def examined_twice() -> None:
            await examined(page)
            await page.set_viewport_size(WIDE)
            await examined(page)

        await page.goto(f"{demo.home}/rules")
        await page.get_by_role("link", name="anmelden").click()
        await signs_in(page, demo, "greta")
        await page.focus('input[name="methods.order.sms"]')
        await page.keyboard.type("1")
        await page.focus("details.part summary")
        for key in ("Enter", "Tab"):
            await page.keyboard.press(key)
        await page.keyboard.type("Finance")
        await page.focus('input[name="groups.0.required"]:checked')
        await page.keyboard.press("ArrowLeft")  # from as for all to the last, which is two
        await examined_twice()
        await page.keyboard.press("Enter")
        await expect(page.locator(".changes")).to_contain_text("SMS, danach die stärkste zuerst")
        await expect(page.locator(".changes")).to_contain_text("Finance: erforderlich 2")
        await expect(page.locator(".lines")).to_contain_text("Finance: 5 Personen")
        await examined_twice()
        await page.goto(f"{demo.home}/roll-out?who=1&as=sarah")
        await expect(page.get_by_role("status")).to_contain_text("käme durch")
        await examined_twice()


async def test_back_in_one_press_and_only_by_a_right_second_factor(chromium: Browser, demo: Service) -> None:
    async with looking(chromium) as page:
        await comes_in(page, demo, "adam")
        await page.fill('input[name="passwords.min_length"]', "14")
        await saves(page)
        await page.get_by_role("button", name="Put it in force").click()
        await page.goto(f"{demo.home}/rules")
        await page.locator("#history button").first.click()
        await expect(page.locator(".changes")).to_contain_text("14")
        await expect(page.locator(".changes")).to_contain_text("loosens")
        await page.goto(f"{demo.home}/rules")
        await page.click("text=Sign out")
        await page.get_by_role("link", name="Sign in with").click()
        await page.fill("#login", "adam")
        await page.fill("#password", DEMO_PASSWORD)
        await page.fill("#code", "000000")
        await page.press("#code", "Enter")
        await expect(page.get_by_role("alert")).to_contain_text("isn't right")
