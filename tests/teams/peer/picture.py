"""Draws the picture in docs/teams.md: a card of ours and the dialog that it opens, by Microsoft's own renderer."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from playwright.async_api import Browser

from bot.platform.keyring import Keys
from tests.house.tree import ROOT
from tests.teams.test_cards import CARDS, view_of

PICTURE = ROOT / "docs" / "pictures" / "teams.png"
RENDERER = Path(__file__).parent / "node_modules" / "adaptivecards" / "dist" / "adaptivecards.js"
STEPS, SHOWN = ROOT / "tests" / "golden" / "steps", ("menu", "verify.type-in-chat")
PAGE = """<!doctype html><title>Teams</title><style>
  body { margin: 0; padding: 24px; display: flex; gap: 24px; align-items: flex-start; background: #f5f5f5; font: 14px "Segoe UI", sans-serif }
  figure { margin: 0; width: 510px } figcaption { color: #616161; padding: 0 0 6px }
  .card { background: #fff; border-radius: 6px; box-shadow: 0 0 0 1px #e0e0e0, 0 2px 6px #0002; padding: 4px }
  button, input { font: inherit; padding: 6px 12px; margin: 2px; border: 1px solid #c7c7c7; border-radius: 4px; background: #fff }
  input { width: 95% }
</style>"""
DRAW = """([caption, card]) => {
  const made = new AdaptiveCards.AdaptiveCard();
  made.hostConfig = new AdaptiveCards.HostConfig({fontFamily: "Segoe UI, sans-serif", actions: {maxActions: 6, actionAlignment: "left"}});
  made.parse(card);
  const figure = document.createElement("figure"), title = document.createElement("figcaption"), drawn = made.render();
  title.textContent = caption; drawn.className += " card"; figure.append(title, drawn); document.body.append(figure);
}"""


async def picture(browser: Browser) -> None:
    """A locked account: the card in the chat, and the dialog for its code."""
    with tempfile.TemporaryDirectory() as folder:
        keys = Keys.create(Path(folder) / "ring.json")
    menu, code = (
        replace(view_of(keys, json.loads((STEPS / f"{name}.json").read_text())), opened=None, link=None) for name in SHOWN
    )
    page = await browser.new_page(viewport={"width": 1630, "height": 300})
    await page.set_content(PAGE)
    await page.add_script_tag(path=RENDERER)
    cards = (
        ("In the chat", CARDS.view(menu)),
        ("While a lock is taken off", CARDS.view(code)),
        ("Its dialog", CARDS.dialog(code)),
    )
    for caption, card in cards:
        await page.evaluate(DRAW, [caption, card])
    await page.screenshot(path=PICTURE, full_page=True)
    await page.close()
