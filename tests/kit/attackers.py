"""What attackers have: HTTP without manners, a hand in the database, a grip on a turn's tools, and a second replica."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from multidict import CIMultiDict
from yarl import URL

from bot.app import App, build
from bot.conversation.interfaces import Stale
from bot.conversation.view import View
from bot.conversation.windows import browser_hash
from bot.engine.desk import Desk
from bot.model.turn import Turn
from bot.platform.ids import Kind, MethodId
from bot.platform.secret import Secret
from tests.kit import plain_sql
from tests.kit.kinds import SMS, TOTP
from tests.kit.people import ORIGIN, SAFARI, Browser, Terminal
from tests.kit.residents import GOOD, OLD
from tests.kit.town import PORT, Town, quick

T = TypeVar("T")
HIS = "Stolen-Kettle-93-Orchard"  # the password that an attacker would like to set; all rules let it pass
FORGOT = "I forgot my password"
APP, TEXT, MAIL = "Authenticator app", "Text message", "E-mail"
# What differs from one page to the next without meaning anything: names of windows and turns, MACs, and times.
MOVING = re.compile(r"page-[0-9a-f]{32}|(?:\.\d+)?~[0-9a-f]{32}|(?:data-turn|datetime)=\"[^\"]*\"|\d{4}-\d\d-\d\d \d\d:\d\d UTC")


@dataclass
class Raw:
    """One answer over HTTP, as it came."""

    status: int
    text: str
    headers: "CIMultiDict[str]"


async def send(town: Town, method: str, path: str, data: object = None, **headers: str) -> Raw:
    """Any request at all; a header's name is written with underscores. Host and Origin are ours unless given."""
    sent = {"Host": f"localhost:{PORT}", "Origin": ORIGIN} | {name.replace("_", "-"): value for name, value in headers.items()}
    url = URL(f"http://{town.web.host}:{town.web.port}{path}", encoded=True)
    async with town.web.session.request(method, url, data=data, headers=sent, allow_redirects=False) as answer:
        return Raw(answer.status, await answer.text(), CIMultiDict(answer.headers))


def by_hand(town: Town, statement: str, *values: object) -> list[Any]:
    """Straight into the database, past everything of ours."""
    return plain_sql.run(town.settings.database, statement, values)


def count(town: Town, table: str) -> int:
    """Rows."""
    return int(by_hand(town, f'select count(*) from "{table}"')[0][0])  # noqa: S608 - a name of ours


@asynccontextmanager
async def tools(town: Town, page: Browser) -> AsyncIterator[Desk]:
    """The tools of a turn on this page, in the hands of whoever got hold of them."""
    window, turn = town.app.engine.windows.read_token((await page.view()).token)
    claim = await town.app.store.conversations.claim(window, turn, browser_hash(page.cookie))
    assert claim
    yield town.app.desk(Turn(claim))
    await town.app.store.conversations.release(claim, None)


@asynccontextmanager
async def other_replica(town: Town) -> AsyncIterator[App]:
    """A second process over the same store, beside the first."""
    app = await build(town.settings, world=town.world, keys=town.keys, hasher=quick(town.world))
    yield app
    await app.close()


async def method_of(town: Town, login: str, kind: Kind) -> MethodId:
    """What is registered."""
    return next(m.id for m in await town.app.store.records.methods(await town.subject(login)) if m.kind == kind)


async def opened(town: Town, login: str, method: str = APP, wish: str = FORGOT) -> tuple[Terminal, Browser]:
    """A chat, and the page that it led to, at the question for a code, which has been sent."""
    chat, page = Terminal(town, login), Browser(town)
    await chat.says(wish)
    await page.lands(await chat.link(), method)
    await town.settle()
    return chat, page


async def proven(town: Town, login: str = "ana") -> tuple[Terminal, Browser]:
    """A chat and a page on which a new password may be chosen now."""
    chat, page = await opened(town, login)
    await page.types(await town.code(login, TOTP))
    assert await page.at() == "reset.new"
    return chat, page


async def stranger(town: Town, name: str, wish: str = "reset") -> Browser:
    """Somebody at the portal who says to be `name`."""
    page = Browser(town, agent=SAFARI)
    await page.starts(wish)
    await page.types(name)
    return page


async def at_code(town: Town, name: str, method: str = APP) -> Browser:
    """A stranger who has chosen a method."""
    page = await stranger(town, name)
    await picks(town, page, name, method)
    return page


async def two_codes(town: Town, page: Browser, login: str) -> None:
    """Of the app, one right after the other, as it takes at the portal from a browser that nobody knows."""
    await page.types(await town.code(login, TOTP))
    town.clock.passes(30)
    await page.types(await town.code(login, TOTP))


async def gets_in(town: Town, login: str) -> bool:
    """A stranger who holds the phone."""
    page = await at_code(town, login)
    await two_codes(town, page, login)
    return await page.at() == "reset.new"


async def picks(town: Town, page: Browser, name: str, method: str) -> None:
    """At the portal: a method, and the number or address on file, or, for whoever has none, one that could be."""
    await page.picks(method)
    await tells(town, page, name)


async def again(town: Town, page: Browser, name: str) -> None:
    """Another code, please."""
    await page.presses("again")
    await tells(town, page, name)


async def tells(town: Town, page: Browser, name: str) -> None:
    """The number or address in full, where it is asked for; and what is to be sent is sent."""
    at = await page.at()
    if at.endswith(".in_full"):
        kind = Kind(at.split(".")[1])
        person = await town.directory.find(name)
        methods = await town.app.store.records.methods(person.subject) if person else ()
        nobodys = "+12025550999" if kind == SMS else "nobody@home.example"
        await page.types(next((m.secret.reveal() for m in methods if m.kind == kind), nobodys))
    await town.settle()


async def takes(app: App, page: Browser, view: View, said: str) -> View | None:
    """An answer given to one replica, past HTTP. None: refused as stale."""
    try:
        return await app.engine.take_answer(view.token, browser_hash(page.cookie), said=Secret(said))
    except Stale:
        return None


async def at_once(*what: Awaitable[T]) -> Sequence[T]:
    """All in the same moment."""
    return await asyncio.gather(*what)


async def unharmed(town: Town, login: str = "ana") -> bool:
    """The old password still opens, and the attacker's doesn't."""
    return await town.signs_in(login, HIS) == "wrong" and await town.signs_in(login, OLD) == "right"


async def still_helps_herself(town: Town, login: str = "ana") -> bool:
    """The owner goes all the way in her own chat."""
    _, page = await proven(town, login)
    await page.types(GOOD)
    return await page.at() == "reset.done" and await town.signs_in(login, GOOD) == "right"


async def refusals(town: Town) -> list[str]:
    """Why answers were refused, by the audit; strangers' sums of the minute before are in it."""
    town.clock.passes(60)
    await town.app.store.audit.sweep_refusals()
    start = "conversation:answer:refused:"
    return [tag.removeprefix(start) for tag in await town.tags() if tag.startswith(start)]


@dataclass
class Seen:
    """What a stranger can tell apart: statuses, prompts, pages without what moves, and their sizes."""

    name: str
    seen: list[tuple[int, str, str, int]] = field(default_factory=list)

    async def notes(self, page: Browser) -> None:
        """The page as it is after the last answer."""
        status = page.last.status
        text = MOVING.sub("", (await page.get(f"/p/{page.window}")).text)
        self.seen.append((status, await page.at(), text, len(text)))
