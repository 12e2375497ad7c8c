"""The demo walked in Chromium by whoever it serves: reset, unlock, portal, registration and "this wasn't me", in four looks."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from bot.demo.seed import DEMO_PASSWORD
from tests.kit.browser import LOOKS, Scheme, looking, violations
from tests.kit.service import Service

NEW = "Copper-Lantern-58-Meadow"
WRONG = 10  # passwords until the directory locks
RESETS = dict(zip(LOOKS, ("ana", "kira", "rosa", "frida"), strict=True))
UNLOCKS = dict(zip(LOOKS, ("CloudUser", "yusuf", "ines", "quentin"), strict=True))
STRANGERS = dict(zip(LOOKS, ("dev", "mei", "sarah", "idris"), strict=True))
looks = pytest.mark.parametrize(("size", "scheme"), LOOKS)


async def examined(page: Page) -> None:
    assert await violations(page) == []
    assert await page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


async def says(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.press("#text", "Enter")


async def page_of(chat: Page) -> Page:
    """The sealed page that the chat's link leads to."""
    link = chat.locator("#now a.button")
    await expect(link).to_be_visible()
    async with chat.expect_popup() as opened:
        await link.click()
    return await opened.value


async def types(page: Page, text: str) -> None:
    await page.fill("#said", text)
    await page.press("#said", "Enter")


async def newest_code(chat: Page) -> str:
    message = chat.locator(".messages .body").first
    await expect(message).to_contain_text(re.compile(r"\d{6} is your"))
    return (await message.inner_text())[:6]


async def signs_in(chat: Page, password: str, said: str) -> None:
    await chat.fill("#password", password)
    await chat.press("#password", "Enter")
    await expect(chat.locator("#signed .badge")).to_contain_text(said)


@looks
async def test_reset_and_undo(chromium: Browser, demo: Service, size: str, scheme: Scheme) -> None:
    login = RESETS[size, scheme]
    async with looking(chromium, size, scheme) as chat:
        await chat.goto(f"{demo.home}/?as={login}")
        await says(chat, "I forgot my password")
        page = await page_of(chat)
        await examined(page)
        await page.click("text=Authenticator app")
        await examined(page)
        await types(page, demo.inbox(login)["authenticator"]["code"])
        await expect(page.locator("#rules")).to_be_visible()
        await examined(page)
        await types(page, NEW)
        await expect(page.locator("h1")).to_contain_text("Done")
        await examined(page)
        await signs_in(chat, DEMO_PASSWORD, "is wrong")
        await signs_in(chat, NEW, "Signed in")
        await examined(chat)
        await undone(page, demo, login)
        await signs_in(chat, NEW, "is wrong")


async def undone(page: Page, demo: Service, login: str) -> None:
    """By the link of a notice, without signing in."""
    link = None
    for _ in range(40):
        texts = [m["text"] for m in demo.inbox(login)["messages"] if m["channel"] == "mail"]
        if found := [re.search(r"http://\S+/n/\S+", text) for text in texts if "/n/" in text]:
            link = found[-1]
            break
        await page.wait_for_timeout(250)
    assert link
    await page.goto(link[0])
    await examined(page)
    await page.click('button:has-text("wasn\'t me")')
    await expect(page.locator("[data-closed] h1")).to_be_visible()
    await examined(page)


@looks
async def test_unlock_in_the_chat(chromium: Browser, demo: Service, size: str, scheme: Scheme) -> None:
    login = UNLOCKS[size, scheme]
    async with looking(chromium, size, scheme) as chat:
        await chat.goto(f"{demo.home}/?as={login}")
        for _ in range(WRONG):
            await chat.fill("#password", "wrong")
            async with chat.expect_response("**/demo/sign-in"):
                await chat.press("#password", "Enter")
        await expect(chat.locator("#directory .badge")).to_contain_text("Locked")
        await says(chat, "my account says it's locked")
        texts = chat.locator("#now button:has-text('Text message')")
        await expect(chat.locator("#now")).to_contain_text(re.compile("check that it's you|6 digits"))
        if await texts.count():
            await texts.click()
        await says(chat, await newest_code(chat))
        await expect(chat.locator("#now")).to_contain_text("isn't locked any more")
        await examined(chat)
        await signs_in(chat, DEMO_PASSWORD, "Signed in")


@looks
async def test_the_portal_without_any_chat(chromium: Browser, demo: Service, size: str, scheme: Scheme) -> None:
    login = STRANGERS[size, scheme]
    async with looking(chromium, size, scheme) as page:
        await page.goto(f"{demo.home}/start")
        await examined(page)
        await page.click("button:has-text('forgot my password')")
        await types(page, login)
        await page.click("text=Text message")
        await types(page, "+1 202 555 0100")
        await examined(page)
        await page.click("text=Another way")
        await page.click("text=Authenticator app")
        first = demo.inbox(login)["authenticator"]["code"]
        await types(page, first)
        await expect(page.locator("h1")).to_contain_text("next 6 digits")
        await examined(page)
        if (size, scheme) == ("phone", "light"):  # the others needn't wait as well
            await types(page, await next_code(page, demo, login, first))
            await types(page, NEW)
            await expect(page.locator("h1")).to_contain_text("Done")
            await examined(page)


async def next_code(page: Page, demo: Service, login: str, first: str) -> str:
    """Of the app, once the first one has had its half a minute."""
    for _ in range(80):
        if (code := str(demo.inbox(login)["authenticator"]["code"])) != first:
            return code
        await page.wait_for_timeout(500)
    raise AssertionError("no other code in forty seconds")


@pytest.mark.parametrize(("size", "scheme", "login"), [("phone", "dark", "nora"), ("desk", "light", "uwe")])
async def test_registration_of_the_first_methods(chromium: Browser, demo: Service, size: str, scheme: Scheme, login: str) -> None:
    async with looking(chromium, size, scheme, language="de-DE" if login == "uwe" else "en-GB") as chat:
        await chat.goto(f"{demo.home}/?as={login}")
        await says(chat, "register")
        page = await page_of(chat)
        await page.locator("main form button").first.click()
        await examined(page)
        await types(page, DEMO_PASSWORD)
        await page.click("button[value=totp]")
        await expect(page.locator(".exhibit svg")).to_be_visible()
        await examined(page)
        await page.click("button[value=back]")
        await page.click("button[value=recovery]")
        await expect(page.locator(".sheet li")).to_have_count(10)
        await examined(page)
        await page.click("button[value=saved]")
        await expect(page.locator("button[value=finish]")).to_be_visible()
        await examined(page)
        await page.click("button[value=finish]")
        await expect(page.locator("[data-closed] h1")).to_be_visible()
