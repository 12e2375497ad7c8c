"""A real browser for the tests that need one, at the sizes and in the colours that people have, and axe to examine pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

CHROMIUM = Path("/usr/bin/chromium")  # Debian's package; nothing is downloaded
HERE = CHROMIUM.exists()
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=20_000)  # milliseconds; a machine that is busy isn't a page that is wrong
Scheme = Literal["light", "dark"]
SIZES: dict[str, ViewportSize] = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
LOOKS: list[tuple[str, Scheme]] = [("phone", "light"), ("phone", "dark"), ("desk", "light"), ("desk", "dark")]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@asynccontextmanager
async def launched(*more: str) -> AsyncIterator[Browser]:
    """A fresh browser, with these arguments too; skipped where there is none."""
    if not HERE:
        pytest.skip("Chromium isn't here: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *more])
        yield browser
        await browser.close()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A plain one."""
    async with launched() as browser:
        yield browser


@asynccontextmanager
async def looking(
    browser: Browser, size: str = "desk", scheme: Scheme = "light", *, script: bool = True, language: str = "en-GB"
) -> AsyncIterator[Page]:
    """A page in a window of its own. A fault of its script, or anything that its own policy forbids, fails the test."""
    context = await browser.new_context(
        viewport=SIZES[size], color_scheme=scheme, java_script_enabled=script, locale=language, reduced_motion="reduce"
    )
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    await context.close()
    assert faults == []


async def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, each with the places where."""
    wanted = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}  # else all that is well is told as well
    found = await Axe().run(page, options=wanted)
    return [f"{v['id']}: {[node['html'][:160] for node in v['nodes']]}" for v in found.response["violations"]]
