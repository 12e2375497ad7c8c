"""A phone that approves, walked in Chromium: set up by what the computer's page shows, asked, and told apart from nobody's."""

from playwright.async_api import Browser, Page, expect

from tests.kit.browser import looking
from tests.kit.service import Service
from tests.walks.test_demo import NEW, examined, page_of, says, types

LOGIN = "zoe"  # in no other walk: all share one company


async def begins(chat: Page, demo: Service) -> Page:
    """Her page on the computer, at what leads a phone to it."""
    await chat.goto(f"{demo.home}/?as={LOGIN}")
    await says(chat, "register")
    page = await page_of(chat)
    await page.click("text=Authenticator app")
    await types(page, demo.inbox(LOGIN)["authenticator"]["code"])
    await page.click("button[value=approval]")
    await expect(page.locator(".exhibit .number")).to_be_visible()
    return page


async def asked(page: Page, demo: Service) -> str:
    """At the portal, which shows a number."""
    await page.goto(f"{demo.home}/start")
    await page.click("button:has-text('forgot my password')")
    await types(page, LOGIN)
    await page.click("text=Approval on my phone")
    return await page.locator(".number").inner_text()


async def test_a_phone_is_set_up_and_approves(chromium: Browser, demo: Service) -> None:
    async with looking(chromium, "desk") as chat, looking(chromium, "phone", "dark") as phone:
        page = await begins(chat, demo)
        await examined(page)
        way = await page.locator(".exhibit .here a").get_attribute("href")
        await phone.goto(str(way))
        await examined(phone)
        await phone.fill("#number", await page.locator(".exhibit .number").inner_text())
        await phone.click("text=Set up >> nth=-1")
        await expect(page.locator(".lines")).to_contain_text("Approval on: Chrome on Linux")
        await expect(phone.locator("#asked h1")).to_contain_text("Nothing waits")
        await examined(phone)
        number = await asked(page, demo)
        await examined(page)
        await expect(phone.locator("#asked h1")).to_contain_text("Is that you?")
        await expect(phone.locator("#asked")).to_contain_text(LOGIN)
        await examined(phone)
        await phone.fill("#asked input", number)
        await phone.click("text=Yes, that's me")
        await types(page, NEW)
        await expect(page.locator("h1")).to_contain_text("Done")
        assert await phone.evaluate("async () => (await phones()).map(({ key }) => key.extractable)") == [False]
