"""The page behind the link of a notice: it tells, it asks once, and it is well formed in four looks."""

from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, expect

from adapters.web.not_me import NotMeDoor
from bot.accounts.interfaces import Cause, Operation, Outcome
from bot.conversation.closed import Closed
from bot.identity.not_me_links import LASTING, DisownableChange
from bot.model.facts import Granted
from bot.platform.ids import Action, ConversationId, GrantId, Line, SubjectId, WindowId, WordsId
from tests.kit.browser import LOOKS, Scheme, looking
from tests.web.canned import AT, WINDOW, Canned
from tests.web.serving import serving
from tests.web.test_browser import WORDS, examined

UNDONE = Closed(WordsId("not_me.undone"), advice=(WordsId("not_me.off"), WordsId("not_me.told")))
TOKEN, SUBJECT = "grant-1~mac", SubjectId("town:ana")


@dataclass
class Door:
    """One change, and whoever presses."""

    action: Action = Action.RESET
    pressed: bool = False
    engine: Canned = field(default_factory=lambda: Canned([UNDONE.ask()]))

    async def change(self, grant: GrantId, mac: Line) -> DisownableChange | None:
        if (grant, mac) != ("grant-1", "mac"):
            return None
        granted = Granted(grant, ConversationId("convo-1"), SUBJECT, self.action, None, (), AT + 600)
        done = Operation(grant, self.action, SUBJECT, Outcome.CHANGED, "pwd:1", "pwd:2", AT)
        return DisownableChange(Cause(granted, AT, None if self.action is Action.REGISTER else done), self.pressed)

    async def disown(self, grant: GrantId, mac: Line, browser: str, label: str, language: str) -> WindowId:
        self.pressed, self.engine.browser = True, browser
        return WINDOW

    @property
    def handles(self) -> NotMeDoor:
        return NotMeDoor(self.change, self.disown)


@pytest.mark.parametrize("action", [a for a in Action if a not in LASTING])
async def test_each_change_is_told_and_a_look_presses_nothing(action: Action) -> None:
    door = Door(action)
    async with serving(door.engine, words=WORDS, not_me=door.handles) as client:
        for _ in range(2):
            answer = await client.get(f"/n/{TOKEN}")
            assert answer.status == 200
            assert WORDS.say(f"web.not_me.what.{action}") in await answer.text()
        head = await client.head(f"/n/{TOKEN}")
        assert (head.status, door.pressed) == (200, False)


async def test_a_link_that_leads_nowhere_says_whom_to_call() -> None:
    door = Door()
    async with serving(door.engine, words=WORDS, not_me=door.handles) as client:
        for answer in (await client.get("/n/grant-2~mac"), await client.post("/n/grant-1~cam", data={"not_me": "1"})):
            assert answer.status == 410
            assert "helpdesk@contoso.example" in await answer.text()
    assert not door.pressed


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
async def test_it_is_walked_by_everybody(chromium: Browser, size: str, scheme: Scheme) -> None:
    door = Door()
    async with serving(door.engine, words=WORDS, not_me=door.handles) as client, looking(chromium, size, scheme) as page:
        base = f"http://localhost:{client.port}"
        await page.goto(f"{base}/n/{TOKEN}")
        await examined(page)
        await page.click("button[name=not_me]")
        await expect(page.locator("main")).to_contain_text("doesn't work any more")
        await examined(page)
        for path in (f"/n/{TOKEN}", "/n/grant-2~mac"):
            await page.goto(base + path)
            await expect(page.locator("button[name=not_me]")).to_have_count(0)
            await examined(page)
