"""Makes the pictures of the README from a running demo: `make screenshots`."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.async_api import Browser, Page, async_playwright

from tests.kit.browser import ARGUMENTS, CHROMIUM, looking
from tests.kit.postgres import free_port

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"


def demo(folder: str, port: int) -> subprocess.Popen[bytes]:
    """A demo of its own, until it is ended."""
    environment = {**os.environ, "UNLATCH_PORT": str(port), "UNLATCH_DATA": f"{folder}/data"}
    process = subprocess.Popen(
        [sys.executable, "-c", "from bot.cli import main; main()", "demo"], env=environment, stdout=subprocess.DEVNULL
    )
    for _ in range(100):
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz"):
                return process
        except URLError:
            time.sleep(0.2)
    raise SystemExit("the demo doesn't start")


async def says(page: Page, text: str) -> None:
    """In the demo's chat."""
    await page.fill("input[name=text]", text)
    await page.keyboard.press("Enter")
    await page.wait_for_selector("a.button[target=_blank], form[action='/demo/press'] .choices button")


async def reset(browser: Browser, home: str) -> None:
    """Ana resets her password, on a desk."""
    async with looking(browser, "desk") as chat:
        await chat.goto(f"{home}/?as=ana")
        await says(chat, "I forgot my password")
        link = await chat.get_attribute("a.button[target=_blank]", "href")
        page = await chat.context.new_page()
        await page.goto(f"{home}{link}")
        await page.screenshot(path=PICTURES / "landing.png")
        await page.click("text=Authenticator app")
        await page.fill("#said", await chat.inner_text(".app .digits"))
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#rules")
        await page.fill("#said", "Copper-Lantern")
        await page.wait_for_timeout(600)
        await page.screenshot(path=PICTURES / "new-password.png")
        await chat.wait_for_timeout(2500)
        await chat.screenshot(path=PICTURES / "demo.png")


async def main() -> None:
    """All pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = demo(folder, port)
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                await reset(browser, f"http://localhost:{port}")
                await browser.close()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


if __name__ == "__main__":
    asyncio.run(main())
