"""Passkeys walked in Chromium with an authenticator of its own: set up at the page, used by a stranger, and said kindly where there is none."""

from playwright.async_api import Browser, CDPSession, Page, expect

from tests.kit.browser import looking
from tests.kit.service import Service
from tests.walks.test_demo import NEW, examined, page_of, says, types

LOGIN = "olga"  # in no other walk: all share one company


async def plugged(page: Page) -> tuple[CDPSession, str]:
    """A key that finds its owner's finger on it at once."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    about = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = await session.send("WebAuthn.addVirtualAuthenticator", {"options": about})
    return session, str(made["authenticatorId"])


async def asked(page: Page, demo: Service) -> None:
    """At the portal."""
    await page.goto(f"{demo.home}/start")
    await page.click("button:has-text('forgot my password')")
    await types(page, LOGIN)
    await page.click("text=Passkey")
    await expect(page.locator("h1")).to_contain_text("Use your passkey")


async def test_a_passkey_is_set_up_and_resets_at_the_portal(chromium: Browser, demo: Service) -> None:
    async with looking(chromium, "phone", "dark") as chat:
        await chat.goto(f"{demo.home}/?as={LOGIN}")
        await says(chat, "register")
        page = await page_of(chat)
        session, key = await plugged(page)
        await page.click("text=Authenticator app")
        await types(page, demo.inbox(LOGIN)["authenticator"]["code"])
        await page.click("button[value=passkey]")
        await expect(page.locator("[data-sign=platform]")).to_be_visible()
        await examined(page)
        await page.fill("#called", "Olga's phone")
        await page.click("[data-sign=platform]")
        await expect(page.locator(".lines")).to_contain_text("Olga's phone")
        await page.click("button[value=passkey]")
        await page.click("[data-sign=platform]")
        await expect(page.locator(".trouble")).to_contain_text("on file already")
        await asked(page, demo)
        await examined(page)
        unverified = {"authenticatorId": key, "isUserVerified": False}
        await session.send("WebAuthn.setUserVerified", unverified)
        await page.click("[data-sign]")
        await expect(page.locator(".trouble")).to_contain_text("Nothing was used")
        await session.send("WebAuthn.setUserVerified", {**unverified, "isUserVerified": True})
        await page.click("[data-sign]")
        await types(page, NEW)
        await expect(page.locator("h1")).to_contain_text("Done")


async def test_a_browser_without_passkeys_is_told_what_else_there_is(chromium: Browser, demo: Service) -> None:
    async with looking(chromium, "desk", script=False) as page:
        await asked(page, demo)
        await expect(page.locator(".without")).to_be_visible()
        await expect(page.locator("[data-sign]")).to_be_hidden()
