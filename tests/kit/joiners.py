"""A joiner and whoever invites them: a new account, the link on the inviter's page, and the number on the joiner's."""

import re

from bot.directory.administration import NewAccount
from bot.platform.ids import Kind
from tests.kit.guided import hands
from tests.kit.kinds import TOTP
from tests.kit.people import Browser, Terminal
from tests.kit.town import Town

LINK = re.compile(r"/j/[A-Za-z0-9_~-]+")
NUMBER = re.compile(r'<p class="number">(\d{6})</p>')


async def joins(town: Town, manager: str = "ana", login: str = "jdoe", *, admin: bool = False) -> None:
    """A new account, which nobody has a password for."""
    account = NewAccount(
        login, "Jo Doe", upn=f"{login}@contoso.example", manager=await town.subject(manager) if manager else None, admin=admin
    )
    await hands(town).create(account)


async def invites(town: Town, login: str = "jdoe", by: str = "ana", kind: Kind = TOTP, start: str = "") -> str:
    """The link, as the page of whoever invites shows it; `start` empty: today."""
    chat, page = Terminal(town, by), Browser(town)
    await chat.says(f"invite {login}")
    await town.settle()
    await page.lands(await chat.link(), "Authenticator app")
    await page.types(await town.code(by, kind))
    assert await page.at() == "first_day.start"
    await (page.types(start) if start else page.picks("Today"))
    found = LINK.search(await page.reads())
    assert found
    await page.picks("I have passed it on")
    await town.passes(31)  # an authenticator's code serves once
    return found[0]


async def comes(town: Town, link: str, page: Browser | None = None) -> Browser:
    """The joiner's page."""
    page = page or Browser(town)
    await page.lands(link)
    await town.settle()
    return page


async def number(page: Browser) -> str:
    """That it shows."""
    found = NUMBER.search(await page.reads())
    assert found
    return found[1]


async def brings(town: Town, typed: str, login: str = "jdoe", by: str = "ana") -> str:
    """Where that led whoever typed it."""
    chat = Terminal(town, by)
    await chat.says(f"bring {login}")
    await town.settle()
    if await chat.at() == "first_day.which":
        await chat.says(typed)
    await town.passes(4)  # the joiner's page looks again
    return await chat.at()
