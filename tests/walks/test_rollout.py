"""The roll-out walked as Entra's article has it: nobody, a pilot group of which two reset, everybody, and back; by two admins."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.kit.browser import Scheme, looking, violations
from tests.kit.service import Service
from tests.walks.test_demo import newest_code, page_of, says, types
from tests.walks.test_rules import comes_in, examined

PASSWORDS = {"desk": "Silver-Harbor-41-Thicket", "phone": "Maple-Compass-73-Orchard"}


async def by_two(proposer: Page, approver: Page) -> None:
    """The change that the proposer sees is in force."""
    await expect(proposer.locator("h1")).to_contain_text("This would change")
    await proposer.click("button[value=confirm]")
    await expect(proposer.get_by_text("Another admin has to look")).to_be_visible()
    await approver.goto(proposer.url)
    await approver.click("button[value=confirm]")
    await expect(approver.locator("h1")).to_have_text("In force")


async def stands_at(page: Page, demo: Service, said: str) -> None:
    await page.goto(f"{demo.home}/roll-out")
    await expect(page.locator("#step-state .badge")).to_have_text(said)


async def finds_as(page: Page, demo: Service, login: str, said: str) -> None:
    await page.goto(f"{demo.home}/roll-out?as={login}")
    await expect(page.get_by_role("status")).to_contain_text(said)


async def mailed_code(chat: Page, demo: Service, login: str) -> str:
    for _ in range(40):
        texts = [m["text"] for m in demo.inbox(login)["messages"] if m["channel"] == "mail"]
        if found := [code[0] for text in texts if (code := re.search(r"\b\d{6}\b", text))]:
            return found[-1]
        await chat.wait_for_timeout(250)
    raise AssertionError("no mail with a code")


async def resets(chat: Page, demo: Service, login: str, password: str) -> None:
    """As themselves, by whatever they have registered."""
    await chat.goto(f"{demo.home}/?as={login}")
    await says(chat, "I forgot my password")
    page = await page_of(chat)
    if login == "HybridUser":
        await page.click("text=Authenticator app")
        await types(page, demo.inbox(login)["authenticator"]["code"])
    else:
        await page.click("text=Text message")
        await types(page, await newest_code(chat))
        await expect(page.locator(".card")).to_contain_text("6 digits from the e-mail")
        await types(page, await mailed_code(chat, demo, login))
    await expect(page.locator("#rules")).to_be_visible()
    await types(page, password)
    await expect(page.locator("h1")).to_contain_text("Done")


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
async def test_from_nobody_to_everybody_and_back(chromium: Browser, demo: Service, size: str, scheme: Scheme) -> None:
    async with looking(chromium, size, scheme) as adam, looking(chromium, size, scheme) as greta, looking(chromium, size) as chat:
        await comes_in(adam, demo, "adam", "/roll-out", size)
        await comes_in(greta, demo, "greta", "/rules", size)
        await examined(adam)
        await adam.click("button[value=none]")
        await by_two(adam, greta)  # it locks everybody out, so it takes two as well
        await stands_at(adam, demo, "None")
        await finds_as(adam, demo, "CloudUser", "not among those who may")

        await adam.fill("#group", "SSPR-Users")
        await adam.click("button[value=selected]")
        await expect(adam.locator(".lines")).to_contain_text("SSPR-Users: 2 people")
        await by_two(adam, greta)
        await stands_at(adam, demo, "Selected")
        await examined(adam)
        await chat.wait_for_timeout(5500)  # until whoever serves chats has read the rules again
        for login in ("CloudUser", "HybridUser"):
            await finds_as(adam, demo, login, "would get through")
            await resets(chat, demo, login, f"{PASSWORDS[size]}-{login[0]}")
        await finds_as(adam, demo, "katrin", "not among those who may")

        await stands_at(greta, demo, "Selected")
        await expect(greta.locator("#step-who ~ .forecast")).to_contain_text("100 %")
        await greta.click("button[value=all]")
        await by_two(greta, adam)
        await stands_at(greta, demo, "All")
        assert await violations(greta) == []
        await greta.click("button[value=none]")
        await by_two(greta, adam)
        await stands_at(greta, demo, "None")

        await greta.goto(f"{demo.home}/rules")
        await greta.locator("#history li", has_text="Self-service password reset enabled").nth(1).locator("button").click()
        await by_two(greta, adam)
        await stands_at(greta, demo, "All")
