"""What somebody does with a notice: finds its link in a mailbox, looks at the page, and presses the button without signing in."""

import re

from adapters.messengers.demo_phone import received
from bot.platform.ids import WindowId
from bot.platform.secret import Secret
from tests.kit.attackers import HIS, proven
from tests.kit.kinds import SMS
from tests.kit.people import ORIGIN, SAFARI, Browser
from tests.kit.town import Town

HOME, WORK, ADMIN = "ana@home.example", "ana@contoso.example", "adam@contoso.example"
LINK = re.compile(re.escape(ORIGIN) + r"(/n/\S+)")


async def texts(town: Town, address: str) -> list[str]:
    """What arrived there, oldest first."""
    return [m.text.reveal() for m in await received(town.app.store.vault, [Secret(address)])]


async def link(town: Town, address: str = HOME) -> str:
    """Of the newest notice that has one."""
    return [found[1] for text in await texts(town, address) if (found := LINK.search(text))][-1]


async def his_reset(town: Town, login: str = "ana") -> Browser:
    """An attacker who has somebody's phone sets a password of his own. Returns his page."""
    town.secrets.add(HIS)
    _, page = await proven(town, login)
    await page.types(HIS)
    assert await page.at() == "reset.done"
    await town.settle()
    return page


async def presses(town: Town, path: str, browser: Browser | None = None) -> Browser:
    """Reads the page, and says that it wasn't them."""
    browser = browser or Browser(town, agent=SAFARI)
    await browser.get(path)
    went = await browser.post(path, not_me="1")
    if went.location:
        browser.window = WindowId(went.location.removeprefix("/p/"))
    return browser


async def phone_number(town: Town, login: str = "ana") -> str:
    """On file."""
    methods = await town.app.store.records.methods(await town.subject(login))
    return next(m.secret.reveal() for m in methods if m.kind == SMS)


async def nothing_arrives_any_more(town: Town, page: Browser) -> None:
    """What was sent and never confirmed may still come, so it is said to be waited for."""
    assert await page.at() == "not_me.waiting"
    for _ in range(4):
        await town.passes(21)
