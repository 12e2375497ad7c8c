"""Takes the picture in docs/slack.md: our messages in a third party's Slack, in a network of its own; run by tests/screenshots.py."""

import pytest
from playwright.async_api import async_playwright

from tests.house.tree import ROOT
from tests.kit.stores import migrated
from tests.kit.town import Town
from tests.slack.peer.story import PEER, anas, control, house, shows

__all__ = ["house", "migrated"]
PICTURE = ROOT / "docs" / "pictures" / "slack.png"


@pytest.fixture
def mode() -> str:
    return "events"


async def test_picture(house: Town) -> None:
    channel = await anas(house)
    await control("message", channel=channel, user="UANA", text="hello")
    await shows(house, channel, "pick0")
    await control("message", channel=channel, user="UANA", text="I forgot my password")
    await shows(house, channel, "Open the secure page")
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 960, "height": 640})
        await page.goto(PEER)
        await page.locator(".sidebar-item:has(.dot)").click()
        await page.get_by_text("Open the secure page").wait_for()
        await page.locator(".main").screenshot(path=str(PICTURE))
        await browser.close()
