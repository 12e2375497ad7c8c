"""A push handed to the real worker in Chromium: a note stands on the phone, and what it leads to is pressed and answered."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import CDPSession, Page, expect

from bot.settings.web_push import WebPushSection
from tests.conversations.test_approval import asks, begins
from tests.kit.browser import launched, looking
from tests.kit.callers import Caller, Channel
from tests.kit.people import ORIGIN
from tests.kit.push_service import PushService
from tests.kit.software_phone import shown_on
from tests.kit.stores import migrated
from tests.kit.town import PORT, Town
from tests.walks.test_demo import examined

__all__ = ["migrated"]
# Chromium's own push service is somewhere else, so what it would give is given here.
SUBSCRIBED = """([endpoint, p256dh, auth]) => {
  PushManager.prototype.subscribe = async () => ({ toJSON: () => ({ endpoint, keys: { p256dh, auth } }) });
}"""
PRESSED = """async () => {
  let opened = "";
  clients.openWindow = async (path) => { opened = path; };
  clients.matchAll = async () => [];
  const [notification] = await registration.getNotifications();
  dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  await new Promise((done) => setTimeout(done, 200));
  return [notification.title, notification.body, opened];
}"""


@pytest_asyncio.fixture
async def service(tmp_path: Path, migrated: Path) -> AsyncIterator[tuple[Town, PushService]]:
    """A town whose settings name the push service."""
    push = PushService()
    await push.start()
    town = Town(tmp_path, migrated)
    town.settings = town.settings.model_copy(update={"web_push": WebPushSection(hosts=(push.host,))})
    yield await town.settle_in(), push
    await town.leave()
    await push.close()


async def registration(session: CDPSession) -> str:
    """What the browser calls the worker's registration."""
    found: asyncio.Queue[str] = asyncio.Queue()

    def told(event: dict[str, list[dict[str, str]]]) -> None:
        for each in event["registrations"]:
            found.put_nowait(each["registrationId"])

    session.on("ServiceWorker.workerRegistrationUpdated", told)
    await session.send("ServiceWorker.enable")
    return await asyncio.wait_for(found.get(), 20)


async def sets_up(phone: Page, town: Town) -> None:
    ana = Caller(town, "ana", Channel.TERMINAL)
    code, number = shown_on(await begins(town, ana))
    await phone.goto(f"{ORIGIN}/approve#{code}")
    await phone.fill("#number", number)
    await phone.click("text=Set up >> nth=-1")
    await expect(phone.locator("#said")).to_be_visible()
    await town.settle()
    await expect(phone.locator("#asked h1")).to_contain_text("Nothing waits")


async def test_a_push_is_shown_and_what_it_leads_to_is_answered(service: tuple[Town, PushService]) -> None:
    town, push = service
    here = f"--host-resolver-rules=MAP localhost:{PORT} 127.0.0.1:{town.web.port}"
    async with launched(here) as browser, looking(browser, "phone") as phone:
        await phone.context.grant_permissions(["notifications"], origin=ORIGIN)
        to = push.subscription
        await phone.add_init_script(f"({SUBSCRIBED})({[to.endpoint, to.p256dh, to.auth]!r})")
        async with phone.expect_response("**/approve/subscribe"):
            await sets_up(phone, town)
        await examined(phone)
        caller, number = await asks(town)
        (said,) = push.pushed
        session = await phone.context.new_cdp_session(phone)
        about = {"origin": ORIGIN, "registrationId": await registration(session), "data": json.dumps(said)}
        await session.send("ServiceWorker.deliverPushMessage", about)
        (worker,) = phone.context.service_workers
        title, body, opened = await worker.evaluate(PRESSED)
        assert (title, body) == ("Somebody asks for you", "Open this page to see what it is about.")
        await phone.goto(f"{ORIGIN}{opened}")
        await phone.fill("#asked input", number)
        await phone.click("text=Yes, that's me")
        await expect(phone.locator("#said")).to_contain_text("Taken")
        await town.settle()
        assert await caller.at() == "reset.new"
