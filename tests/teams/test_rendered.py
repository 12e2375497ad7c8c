"""Every card that we can send, drawn by Microsoft's own renderer (npm `adaptivecards`) in Chromium, and read back from the screen."""

import json
import os
from pathlib import Path

import pytest
from playwright.async_api import Browser

from adapters.teams.cards import fillable
from bot.platform.keyring import Keys
from tests.kit.browser import chromium, looking
from tests.kit.cards import parts, read
from tests.teams.test_cards import CARDS, FILES, view_of

__all__ = ["chromium"]

RENDERER = Path(__file__).parent / "peer" / "node_modules" / "adaptivecards" / "dist" / "adaptivecards.js"
DRAW = """card => {
  const made = new AdaptiveCards.AdaptiveCard();
  const odd = new AdaptiveCards.SerializationContext();
  made.hostConfig = new AdaptiveCards.HostConfig({actions: {maxActions: 6}});
  made.parse(card, odd);
  const drawn = made.render();
  drawn.style.width = "380px";
  document.body.append(drawn);
  const shown = [...drawn.querySelectorAll(".ac-richTextBlock, [role=heading]")].map(one => one.textContent);
  return {
    text: shown.join(" "),
    links: drawn.querySelectorAll("a").length,
    bold: drawn.querySelectorAll("strong, em, h1, ul, ol").length,
    buttons: [...drawn.querySelectorAll("button")].map(one => one.textContent),
    fields: drawn.querySelectorAll("input").length,
    odd: Array.from({length: odd.eventCount}, (_, n) => odd.getEventAt(n).message),
  };
}"""


@pytest.fixture
def renderer() -> Path:
    if not RENDERER.exists():
        pytest.skip("the npm package adaptivecards isn't here")
    return RENDERER


async def test_what_is_drawn_is_what_is_meant(chromium: Browser, renderer: Path, keys: Keys) -> None:
    async with looking(chromium, "phone") as page:
        await page.set_content("<!doctype html><title>Cards</title>")
        await page.add_script_tag(path=renderer)
        for path in FILES:
            view = view_of(keys, json.loads(path.read_text(encoding="utf-8")))
            for card in (CARDS.view(view), CARDS.dialog(view)) if fillable(view) else (CARDS.view(view),):
                drawn = await page.evaluate(DRAW, card)
                assert drawn["odd"] == [], path.stem
                labels = [part["label"] for part in parts(card) if part["type"] == "Input.Text"]
                assert " ".join(drawn["text"].split()) == " ".join([*read(card).split(), *labels])
                assert (drawn["links"], drawn["bold"]) == (0, 0)
                primary = [p["title"] for p in parts(card) if p["type"].startswith("Action.") and p.get("mode") != "secondary"]
                assert [label for label in drawn["buttons"] if label in primary] == primary
                assert drawn["fields"] == len(labels)
        if folder := os.environ.get("UNLATCH_PICTURES"):
            await page.screenshot(path=Path(folder) / "teams.png", full_page=True)


async def test_markup_in_a_name_is_drawn_as_letters(chromium: Browser, renderer: Path, keys: Keys) -> None:
    evil = "[bank](https://evil.example) **bold** <b>x</b> {{DATE(2026-01-01T00:00:00Z,SHORT)}} # h"
    from adapters.teams.cards import card, plain

    async with looking(chromium, "phone") as page:
        await page.set_content("<!doctype html><title>Cards</title>")
        await page.add_script_tag(path=renderer)
        drawn = await page.evaluate(DRAW, card([plain(evil)], "x"))
        assert drawn["text"].replace("\u200b", "") == evil
        assert (drawn["links"], drawn["bold"]) == (0, 0)
        _, news = CARDS.told(f"Contoso: your password was reset\nIt was about {evil}, on 2026-11-25 10:00 UTC.")
        drawn = await page.evaluate(DRAW, news)
        assert (drawn["links"], drawn["bold"], drawn["buttons"], drawn["odd"]) == (0, 0, [], [])
        assert evil in drawn["text"].replace("\u200b", "")
        control = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "RichTextBlock", "inlines": [evil]}]}
        assert (await page.evaluate(DRAW, control))["text"] != evil  # a renderer that read no dates would prove nothing
