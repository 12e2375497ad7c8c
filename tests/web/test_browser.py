"""Pages in a real browser: walked by hand and keyboard, with a script and without, and examined by axe in four looks."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from bot.language.translations import Words
from tests.kit.browser import LOOKS, Scheme, looking, violations
from tests.web.canned import LINK, PROMPTS, WINDOW, Canned
from tests.web.serving import PASSPHRASE, CannedDemo, serving

WORDS = Words("Contoso Demo", lambda: "helpdesk@contoso.example")
TARGET = 44  # CSS pixels; twice what WCAG 2.2 success criterion 2.5.8 asks for
SMALL = """least => [...document.querySelectorAll('button, select, input:not([type=hidden]), a.button, nav a')]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < least).map(e => e.outerHTML.slice(0, 120))"""
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def examined(page: Page) -> None:
    assert await violations(page) == []
    assert await page.evaluate(SMALL, TARGET) == []
    assert await page.evaluate(WIDE) == 0, "it scrolls sideways"


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
async def test_every_page_is_well_formed_for_everybody(chromium: Browser, size: str, scheme: Scheme) -> None:
    engine = Canned()
    async with serving(engine, words=WORDS) as client, looking(chromium, size, scheme) as page:
        base = f"http://localhost:{client.port}"
        for path in ("/", "/nowhere", f"/l/{LINK}"):
            await page.goto(base + path)
            await examined(page)
        await page.click("button[value=m2]")
        for prompt in PROMPTS.values():
            engine.script, engine.turn = [prompt], 1
            await page.goto(f"{base}/p/{WINDOW}")
            await examined(page)
        await page.goto(f"{base}/l/{LINK}")
        await examined(page)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
async def test_the_demo_is_well_formed_for_everybody(chromium: Browser, size: str, scheme: Scheme) -> None:
    async with serving(Canned(), words=WORDS, demo=CannedDemo()) as client, looking(chromium, size, scheme) as page:
        for path in ("/", "/?as=ana"):
            await page.goto(f"http://localhost:{client.port}{path}")
            await examined(page)
        await page.fill("#text", "I forgot my password")
        await page.press("#text", "Enter")
        await expect(page.locator("#now a.button")).to_have_attribute("target", "_blank")
        await page.fill("#password", "wrong")
        await page.press("#password", "Enter")
        await expect(page.locator("#signed .badge")).to_be_visible()
        await examined(page)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
async def test_a_reset_is_walked_on_the_sealed_page(chromium: Browser, script: bool) -> None:
    engine = Canned()
    async with serving(engine) as client, looking(chromium, "phone", script=script) as page:
        await page.goto(f"http://localhost:{client.port}/l/{LINK}")
        await page.click("button[value=m2]")
        await page.click("button[value=m1]")
        await page.fill("#said", "123 456")
        await page.press("#said", "Enter")
        await page.click(".suggest button")
        await expect(page.locator("#said")).to_have_value(PASSPHRASE)
        await expect(page.locator("#said")).to_have_attribute("type", "text")
        await expect(page.locator("#rules li.met")).to_have_count(2)
        await page.click(".typed > .button")
        await expect(page.locator("h1")).to_have_text("prompt.done: reset.done")
        await page.reload()
        await expect(page.locator("h1")).to_have_text("prompt.done: reset.done")
    assert engine.bound[0][1] == "m2"
    assert [said.reveal() for said in engine.said] == ["123 456", PASSPHRASE]


async def test_rules_are_ticked_while_one_types_and_the_password_can_be_looked_at(chromium: Browser) -> None:
    async with serving(Canned(turn=3)) as client, looking(chromium) as page:
        await page.goto(f"http://localhost:{client.port}/l/{LINK}")
        await page.click("button[value=m1]")
        field = page.locator("#said")
        await expect(field).to_be_focused()
        await field.press_sequentially("contoso-contoso")
        await expect(page.locator("#rules li.met")).to_have_count(1)
        await expect(page.locator("#tally")).to_have_text("web.rules.tally[met=1,all=2]")
        await expect(field).to_have_attribute("type", "password")
        await page.click("button.show")
        await expect(field).to_have_attribute("type", "text")


async def test_the_page_follows_the_conversation_and_takes_the_focus_along(chromium: Browser) -> None:
    engine = Canned(script=[PROMPTS["number"], PROMPTS["new"]])
    async with serving(engine) as client, looking(chromium) as page:
        await page.goto(f"http://localhost:{client.port}/l/{LINK}")
        await page.click("button[value=m1]")
        await expect(page.locator(".number")).to_have_text("42")
        engine.go_on()
        await expect(page.locator("#said")).to_be_focused()
        await expect(page).to_have_title(re.compile("^reset.new"))


async def test_the_chat_keeps_what_was_said_and_only_the_newest_buttons(chromium: Browser) -> None:
    demo = CannedDemo()
    async with serving(Canned(), demo=demo) as client, looking(chromium) as page:
        await page.goto(f"http://localhost:{client.port}/?as=ana")
        await page.click("#now button >> nth=0")
        await expect(page.locator("#past .mine")).to_have_text("web.demo.try.reset")
        await expect(page.locator("#now .bubble")).to_contain_text("method.email.ask.known")
        await page.click("#now button[value=cancel]")
        await expect(page.locator("#now .bubble")).to_contain_text("reset.done")
        await expect(page.locator("#past button, #past a")).to_have_count(0)
        await expect(page.locator("#past .bubble")).to_have_count(4)
    assert demo.pressed == [("ana", "cancel")]
