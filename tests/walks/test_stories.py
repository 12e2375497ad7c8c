"""The three doors of the demo's first screen walked as a newcomer would; `make newcomer` prints how long each takes them."""

import re
import sys

from playwright.async_api import Browser, Page, expect

from tests.kit.browser import looking
from tests.kit.newcomer import KEY, THINK, Newcomer
from tests.kit.service import Service
from tests.walks.test_demo import examined, newest_code, says
from tests.walks.test_rollout import resets
from tests.walks.test_rules import ENOUGH

PRESSABLE = "() => { const at = document.activeElement; return at.matches('a, button, input') ? at.innerText || at.id : ''; }"
TOO_LONG = 90  # seconds of a person, as the first screen says


async def next_step(page: Page, said: str) -> None:
    await expect(page.locator(".guide [aria-current=step]")).to_contain_text(said)


def told(newcomer: Newcomer, story: str) -> None:
    sys.stdout.write(f"{newcomer.told(story)}\n")
    assert newcomer.seconds < TOO_LONG


async def tabs_to(page: Page, newcomer: Newcomer, said: str, typed: str = "") -> None:
    """By keyboard alone, and Enter."""
    for _ in range(40):
        newcomer.seconds += KEY
        await page.keyboard.press("Tab")
        if said in await page.evaluate(PRESSABLE):
            newcomer.seconds += THINK + KEY * (len(typed) + 1)
            return await page.keyboard.type(f"{typed}\n")
    raise AssertionError(f"{said} can't be reached by the keyboard")


async def test_im_locked_out_by_keyboard_on_a_phone(chromium: Browser, demo: Service) -> None:
    async with looking(chromium, "phone", "dark") as page:
        await page.goto(demo.home)
        await examined(page)
        me, guide = Newcomer(), page.locator(".guide [aria-current=step]")
        await me.reads(page.locator(".doors li").first)
        await tabs_to(page, me, "Be Ben")
        await next_step(page, "My account is locked")
        await me.reads(guide)
        await tabs_to(page, me, "My account is locked")
        await next_step(page, "Choose the text message")
        await me.reads(guide, page.locator("#now .title"))
        await tabs_to(page, me, "Text message")
        await next_step(page, "six digits")
        await me.reads(guide)
        await examined(page)
        await tabs_to(page, me, "text", await newest_code(page))
        await expect(page.locator(".guide")).to_contain_text("the lock is off")
        told(me, "I'm locked out")
        await examined(page)


async def test_i_help_callers(chromium: Browser, demo: Service) -> None:
    async with looking(chromium, "desk", "dark") as page:
        await page.goto(demo.home)
        me, guide, chat = Newcomer(), page.locator(".guide [aria-current=step]"), page.locator("#now")
        await me.reads(page.locator(".doors li").nth(1))
        await me.presses(page.get_by_text("Be Erin"))
        await me.reads(guide)
        await me.presses(chat.get_by_text("help priya"))
        await next_step(page, "A new password")
        await me.reads(guide, chat.locator(".title"))
        await me.presses(chat.get_by_text("A new password"))
        await me.presses(chat.get_by_text("They forgot it"))
        await expect(chat).to_contain_text("Under which ticket")
        await me.types(page, "#text", "INC-7")
        await next_step(page, "Now be Priya")
        await me.reads(guide, chat.locator(".lines"))
        link = page.locator(".messages a[href*='/l/']").first
        async with page.expect_popup() as opened:
            await me.presses(link)
        hers = await opened.value
        await me.reads(hers.locator("h1"))
        await me.presses(hers.locator("main form button").first)
        await next_step(page, "authenticator app")
        await me.reads(guide)
        await me.types(hers, "#said", demo.inbox("priya")["authenticator"]["code"])
        await next_step(page, "suggested passphrase")
        await examined(page)
        await me.reads(guide, hers.locator("h1"))
        await me.presses(hers.locator("form.suggest button"))
        await expect(hers.locator("#said")).not_to_have_value("")
        await me.presses(hers.locator("form:has(#said) button.button").first)
        await expect(page.locator(".guide")).to_contain_text("Priya is in again")
        await examined(page)
        told(me, "I help callers")


async def test_i_set_the_rules(chromium: Browser, demo: Service) -> None:
    async with looking(chromium, "desk") as page:
        await page.goto(demo.home)
        me, guide = Newcomer(), page.locator(".guide [aria-current=step]")
        await me.reads(page.locator(".doors li").nth(2))
        await me.presses(page.get_by_text("Be Adam"))
        await me.presses(page.locator("#now").get_by_text("coverage"))
        await next_step(page, "no names")
        await me.reads(guide, page.locator("#now .title"), page.locator("#now .bubble > p").nth(1))
        await me.presses(guide.get_by_role("link"))
        await me.presses(page.get_by_role("link", name="Sign in with"))
        while (app := demo.inbox("adam")["authenticator"])["seconds_left"] < ENOUGH:
            await page.wait_for_timeout(1000)
        await examined(page)
        await me.types(page, "#code", app["code"])
        await next_step(page, "See who is missing")
        await me.reads(guide)
        await me.presses(page.get_by_role("link", name="See who is missing"))
        await next_step(page, "Change a rule")
        await me.reads(guide, page.locator("[aria-labelledby=step-who] .lines").first)
        await me.presses(guide.get_by_role("link"))
        await me.reads(guide)
        await me.presses(page.locator('input[name="methods.available.sms"]'))
        await me.presses(page.locator('.card:has(input[name="methods.available.sms"]) > button'))
        await next_step(page, "Read the forecast")
        await me.reads(page.locator(".forecast"))
        await examined(page)
        told(me, "I set the rules")
        await page.click("button[value=withdraw]")


async def test_the_agent_before_a_directory_is_stopped_and_started(chromium: Browser, demo: Service) -> None:
    async with looking(chromium, "desk", "dark") as page:
        await page.goto(f"{demo.home}/?as=HybridUser")
        agent = page.locator("#directory")
        await expect(agent).to_contain_text(re.compile("Up and running since(.|\n)*Answers"))
        await page.get_by_text("Stop the agent").click()
        await expect(agent).to_contain_text("Not connected")
        await says(page, "I forgot my password")
        await expect(page.locator("#now")).to_contain_text("The directory doesn't answer at the moment")
        await examined(page)
        await page.get_by_text("Start the agent").click()
        await expect(agent).to_contain_text("Up and running")
        await resets(page, demo, "HybridUser", "Silver-Harbor-41-Thicket")
        await expect(agent).to_contain_text("reset: done")


async def test_cheating_is_tried_for_real_and_what_holds_is_said(chromium: Browser, demo: Service) -> None:
    async with looking(chromium, "phone") as page:
        for cheat, said in (
            ("code", r"Open your page"),
            ("link", r"There is no such page(.|\n)*Chrome on Windows"),
            ("skip", r"pick one of the buttons(.|\n)*: Hang up Hand over Start over Cancel Talk to a person"),
            ("name", r"rosa(.|\n)*How shall I check(.|\n)*nobody.here(.|\n)*How shall I check"),
        ):
            await page.goto(demo.home)
            await page.click(f"button[value={cheat}]")
            await expect(page.locator(".tried")).to_have_text(re.compile(said))
        await examined(page)
