"""Registration in a real browser: a key to be scanned and a sheet to be printed, on the bound page alone, in four looks."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from aiohttp.test_utils import TestServer, unused_port
from playwright.async_api import Browser, Page, expect

from bot.policy.policy import DEFAULT
from bot.settings.settings import Settings
from tests.kit.browser import LOOKS, Scheme, looking
from tests.kit.kinds import EMAIL, QUESTIONS, RECOVERY, SMS, TOTP
from tests.kit.registering import ADD, MAILBOX, NUMBER, WRITTEN, house, on_file, sent_to
from tests.kit.residents import OLD
from tests.kit.stores import migrated
from tests.kit.town import Town
from tests.web.test_browser import examined

__all__ = ["migrated"]


@pytest.fixture
async def town(tmp_path: Path, migrated: Path) -> AsyncIterator[Town]:
    """Where a real browser finds it."""
    port = unused_port()
    made = Town(tmp_path, migrated)
    made.settings = Settings.demo(tmp_path / "data", port)
    await made.settle_in()
    await made.use_policy(house(with_password=True, quarantine_hours=24))
    async with TestServer(made.app.pages(), host="localhost", port=port):
        yield made
    await made.leave()


async def to_her_page(page: Page, town: Town, login: str = "nora") -> None:
    """From the chat; the page opens in the same tab, so that one Page is enough."""
    home = town.settings.base_url
    await page.goto(f"{home}/?as={login}")
    await page.fill("input[name=text]", "register")
    await page.press("input[name=text]", "Enter")
    link = await page.get_attribute("#now a.button", "href")
    await page.goto(f"{home}{link}")


async def proved(page: Page, town: Town) -> None:
    """By her password, at her own page."""
    await to_her_page(page, town)
    await page.click("text=My password")
    await page.fill("#said", OLD)
    await page.press("#said", "Enter")
    await expect(page.locator("h1")).to_contain_text("You have no method yet")


async def key_of(page: Page) -> str:
    """As it is typed, which is what the link and the QR code say."""
    typed = (await page.inner_text(".key")).replace("-", "")
    link = await page.get_attribute(".exhibit a", "href")
    assert link is not None
    uri = urlsplit(link)
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert parse_qs(uri.query) == {"secret": [typed], "issuer": ["Contoso Demo"]}
    assert uri.path == "/Contoso%20Demo:nora"
    return typed


async def answers(page: Page, said: str) -> None:
    await page.fill("#said", said)
    await page.press("#said", "Enter")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
async def test_registration_is_walked_in_every_look(chromium: Browser, town: Town, size: str, scheme: Scheme) -> None:
    async with looking(chromium, size, scheme) as page:
        await proved(page, town)
        await examined(page)
        await page.click(f"text={ADD[TOTP]}")
        await expect(page.locator("svg.qr")).to_be_visible()
        await examined(page)
        await answers(page, pyotp.TOTP(await key_of(page)).at(int(town.clock.now)))
        await expect(page.locator(".lines")).to_contain_text("Authenticator app")
        assert await page.locator(".exhibit").count() == 0
        await examined(page)
        await page.click(f"text={ADD[SMS]}")
        await examined(page)
        await answers(page, WRITTEN)
        await expect(page.locator("h1 + p")).to_contain_text("•••• 89")
        await examined(page)
        await answers(page, await sent_to(town, NUMBER))
        await page.click(f"text={ADD[EMAIL]}")
        await answers(page, MAILBOX)
        await expect(page.locator("h1 + p")).to_contain_text("s•••@e•••")
        await answers(page, await sent_to(town, MAILBOX))
        await page.click(f"text={ADD[RECOVERY]}")
        await expect(page.locator(".sheet li")).to_have_count(10)
        await examined(page)
        await page.click("text=I have put them away")
        await page.click("text=Remove one")
        await examined(page)
        await page.click("text=Back")
        await page.click("text=That's all")
        await expect(page.locator("h1")).to_contain_text("Done: ")
        await examined(page)
    assert {m.kind for m in await on_file(town, "nora")} == {TOTP, SMS, EMAIL, RECOVERY}


async def test_what_is_wrong_with_an_answer_stands_beside_it(chromium: Browser, town: Town) -> None:
    rules = house(with_password=True)
    await town.use_policy(replace(rules, methods=replace(rules.methods, available=(*DEFAULT, QUESTIONS))))
    async with looking(chromium, "phone", "dark") as page:
        await proved(page, town)
        await page.click("text=Choose security questions")
        await expect(page.locator("#own1")).to_be_hidden()
        for number in range(1, 6):
            await page.select_option(f"#question{number}", index=number)
            await page.fill(f"#answer{number}", f"{number} purple rhinos")
        await page.select_option("#question1", "own")
        await page.fill("#own1", "Did I see 1 purple rhinos?")
        await page.press("#answer1", "Enter")
        await expect(page.locator("#wrong1")).to_contain_text("stands in its question")
        assert await page.locator(".wrong").count() == 1
        assert await page.get_attribute("#answer1", "aria-describedby") == "wrong1"
        assert {await box.input_value() for box in await page.locator(".questions input:not([type=hidden])").all()} == {""}
        await examined(page)


async def test_a_sheet_is_printed_alone_and_dark_on_light(chromium: Browser, town: Town) -> None:
    async with looking(chromium, "desk", "dark") as page:
        await proved(page, town)
        await page.click(f"text={ADD[RECOVERY]}")
        await expect(page.locator("[data-print]")).to_be_visible()
        shown = await page.locator(".sheet code").all_inner_texts()
        await page.emulate_media(media="print", color_scheme="dark")
        assert await page.locator(".sheet code").all_inner_texts() == shown
        for gone in ("form", ".exhibit button", ".exits", "footer"):
            assert await page.locator(f"{gone} >> visible=true").count() == 0, gone
        for code in await page.locator(".sheet code").all():
            colour = await code.evaluate("e => getComputedStyle(e).color")
            assert colour == "rgb(0, 0, 0)"
        assert await page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert await page.locator(".company >> visible=true").count() == 1  # what they are for
        told = await page.inner_text("body")  # whose they are, where they are used, whom to call, and when they were made
        assert all(each in told for each in ("codes of nora", f"at {town.settings.base_url}.", "your helpdesk"))
        assert await page.locator(".asked time >> visible=true").count() == 1


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
async def test_it_works_without_a_script(chromium: Browser, town: Town, script: bool) -> None:
    async with looking(chromium, "phone", script=script) as page:
        await proved(page, town)
        await page.click(f"text={ADD[TOTP]}")
        await answers(page, pyotp.TOTP(await key_of(page)).at(int(town.clock.now)))
        await page.click(f"text={ADD[RECOVERY]}")
        assert await page.locator(".sheet li").count() == 10
        assert await page.locator("[data-print] >> visible=true").count() == int(script)
        await page.click("text=I have put them away")
        await expect(page.locator(".lines")).to_contain_text("Recovery sheet, 10 codes left")


async def test_what_was_shown_is_shown_to_no_other_window_and_never_again(chromium: Browser, town: Town) -> None:
    home = town.settings.base_url
    async with looking(chromium) as page:
        await proved(page, town)
        await page.click(f"text={ADD[TOTP]}")
        key = await page.inner_text(".key")
        chat = await page.context.new_page()
        await chat.goto(f"{home}/?as=nora")
        assert key not in await chat.content()
        assert "otpauth" not in await chat.content()
        assert (await page.request.get(page.url)).headers["cache-control"] == "no-store"
        async with looking(chromium) as other:
            gone = await other.goto(page.url)
            assert gone is not None
            assert gone.status == 404
            assert key not in await other.content()
        await page.click("text=Back")
        await expect(page.locator("h1")).to_contain_text("You have no method yet")
        await page.go_back()
        assert not re.search(re.escape(key), await page.content())
