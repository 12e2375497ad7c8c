"""Makes the pictures of the README and the docs from a running demo: `make screenshots`, or ARGS="strip rules" for some."""

import asyncio
import base64
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from bot.demo.seed import DEMO_PASSWORD
from tests.kit.browser import ARGUMENTS, CHROMIUM, looking
from tests.kit.service import Service, running
from tests.slack.test_peer import alone
from tests.teams.peer import picture as teams
from tests.walks.test_rules import comes_in

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"


async def picture(page: Page, name: str) -> None:
    """As it looks now."""
    await page.wait_for_timeout(600)  # rules are ticked, and the chat beside hears of it
    await page.screenshot(path=PICTURES / f"{name}.png")


async def says(chat: Page, *texts: str) -> None:
    """In the demo's chat, one after the other."""
    for text in texts:
        await chat.fill("#text", text)
        async with chat.expect_response("**/demo/say"):
            await chat.press("#text", "Enter")
        await chat.wait_for_timeout(1000)  # the answer comes by itself


async def page_of(chat: Page) -> Page:
    """The sealed page that the chat's link leads to."""
    async with chat.expect_popup() as opened:
        await chat.click("#now a.button")
    return await opened.value


async def types(page: Page, text: str) -> None:
    """Into the page's one field."""
    await page.fill("#said", text)
    await page.press("#said", "Enter")


async def strip(browser: Browser, demo: Service) -> None:
    """Ana resets her password: what she says, the page, and what the directory says then, side by side."""
    async with looking(browser, "desk") as chat:
        await chat.goto(f"{demo.home}/?as=ana")
        await says(chat, "I forgot my password")
        said = await chat.locator("#chat").screenshot()
        page = await page_of(chat)
        await page.set_viewport_size({"width": 560, "height": 760})
        await page.click("text=Authenticator app")
        await types(page, demo.inbox("ana")["authenticator"]["code"])
        await page.wait_for_selector("#rules")
        await page.fill("#said", "Copper-Lantern-58-Meadow")
        await picture(page, "new-password")
        typed = await page.locator("main").screenshot()
        await page.press("#said", "Enter")
        await page.wait_for_selector("[data-closed]")
        await chat.fill("#password", "Copper-Lantern-58-Meadow")
        await chat.press("#password", "Enter")
        await chat.wait_for_selector("#signed .badge")
        await chat.wait_for_timeout(2500)
        changed = [await chat.locator(part).screenshot() for part in ("#directory", ".sign")]
        await beside(chat, [said], [typed], changed)


async def beside(page: Page, *columns: Sequence[bytes]) -> None:
    """All of them in one picture."""
    shown = "".join("<div>" + "".join(f"<img src='{_data(one)}'>" for one in each) + "</div>" for each in columns)
    look = "body{margin:0;padding:16px;background:#f4f6f6;display:flex;gap:16px;align-items:start}div{flex:4;display:grid;gap:16px}div:last-child{flex:3}img{width:100%}"
    await page.set_viewport_size({"width": 1280, "height": 700})
    await page.goto("about:blank")
    await page.set_content(f"<style>{look}</style>{shown}")
    await page.locator("body").screenshot(path=PICTURES / "strip.png")


def _data(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


async def registration(browser: Browser, demo: Service) -> None:
    """Nora, who has nothing yet, adds an authenticator app, on a phone at night."""
    async with looking(browser, "phone", "dark") as chat:
        await chat.goto(f"{demo.home}/?as=nora")
        await says(chat, "set up my methods")
        page = await page_of(chat)
        await page.locator("main form button").first.click()
        await types(page, DEMO_PASSWORD)
        await page.click("button[value=totp]")
        await page.wait_for_selector(".exhibit svg")
        await picture(page, "register")


async def helpdesk(browser: Browser, demo: Service) -> None:
    """Erin opens a case for Priya, who calls, and sees how far she has come."""
    async with looking(browser, "desk") as desk, looking(browser, "phone") as phone:
        await desk.goto(f"{demo.home}/?as=erin")
        await says(desk, "help priya", "A new password", "They forgot it", "INC-4711")
        message: Any = demo.inbox("priya")["messages"]
        link = next(word for one in message for word in one["text"].split() if "/l/" in word)
        await phone.goto(link)
        await phone.click("button")
        await types(phone, demo.inbox("priya")["authenticator"]["code"])
        await phone.wait_for_selector("#rules")
        await picture(desk, "helpdesk")


async def coverage(browser: Browser, demo: Service) -> None:
    """Adam asks who could help themselves today."""
    async with looking(browser, "desk") as chat:
        await chat.goto(f"{demo.home}/?as=adam")
        await says(chat, "coverage")
        await picture(chat, "coverage")


async def rules(browser: Browser, demo: Service) -> None:
    """Adam changes a rule, and reads first whom it helps and whom it doesn't."""
    async with looking(browser, "desk") as page:
        await comes_in(page, demo, "adam")
        await page.set_viewport_size({"width": 1280, "height": 900})
        await page.locator('input[name="methods.available.sms"]').uncheck()
        await page.locator('.card:has(input[name="methods.available.sms"]) > button').click()
        await page.wait_for_selector(".forecast")
        await picture(page, "rules")


STORIES = (strip, registration, helpdesk, coverage, rules)


async def main(*names: str) -> None:
    """All pictures, or those of these stories."""
    wanted = [story for story in STORIES if not names or story.__name__ in names]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running("demo", Path(folder)) as demo:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            for story in wanted:
                await story(browser, demo)
            if not names or "teams" in names:
                await teams.picture(browser)
            await browser.close()
    if names and "slack" not in names:
        return
    told = alone(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/slack/peer/picture.py")
    if told.returncode:
        raise SystemExit(f"no picture of Slack: {told.stdout[-1000:]}")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
