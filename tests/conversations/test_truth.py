"""What is said at a limit, compared with what then holds on a clock that is moved: the cause, when it ends, and what is left."""

import ast
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from bot.identity.registered import Registered
from bot.model.facts import Frozen
from bot.platform.ids import MethodId, Origin
from bot.platform.secret import Secret
from bot.platform.set_seals import account_of
from store.facts import record
from tests.house.tree import CODE, modules, parsed
from tests.kit.attackers import APP, TEXT, opened, proven
from tests.kit.kinds import TOTP
from tests.kit.people import Browser, Terminal
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town
from tests.unit.test_words import catalogue

HOUR, DAY = 3600.0, 86400.0
Try = Callable[[Town], Awaitable[Terminal | Browser]]


async def another_code(town: Town) -> Browser:
    _, page = await opened(town, "ana", TEXT)
    for _ in range(3):
        await page.presses("again")
        await town.settle()
    return page


async def the_app_again(town: Town) -> Browser:
    _, page = await opened(town, "ana")
    for _ in range(10):
        await page.presses("other")
        if await page.at() == "verify.how":
            await page.picks(APP)
    return page


def afresh(method: str) -> Try:
    async def begins(town: Town) -> Browser:
        await Terminal(town, "ana").says("cancel")
        return (await opened(town, "ana", method))[1]

    return begins


async def a_code(town: Town) -> Browser:
    _, page = await opened(town, "dev")
    await page.types(await town.code("dev", TOTP))
    return page


async def a_new_password(town: Town) -> Browser:
    _, page = await proven(town, "ana")
    await page.types(GOOD)
    return page


async def the_old_password(town: Town) -> Browser:
    chat, page = Terminal(town, "cara"), Browser(town)
    await chat.says("change my password")
    await page.lands(await chat.link())
    await page.types(OLD)
    return page


def my_methods(login: str) -> Try:
    async def asks(town: Town) -> Terminal:
        chat = Terminal(town, login)
        await chat.says("set up my methods")
        return chat

    return asks


async def reset(town: Town) -> None:
    await a_new_password(town)


async def too_new(town: Town) -> None:
    records, now = town.app.store.records, town.clock.now
    added = Registered(MethodId("m-1"), await town.subject("nora"), TOTP, Secret("JBSWY3DPEHPK3PXP"), now, now + 20 * HOUR)
    await records.register(added)


async def frozen(town: Town) -> None:
    subject, now = await town.subject("ana"), town.clock.now
    async with town.app.store.database.write("frozen") as conn:
        changing = await town.app.store.records.sets.begin(conn, account_of(subject))
        await record(conn, [Frozen(subject, now + DAY - 29)], now, changing=changing)


def used_up(login: str, key: str, limit: int, seconds: float) -> Callable[[Town], Awaitable[None]]:
    async def exhausts(town: Town) -> None:
        await town.app.store.records.exhaust(key.format(await town.subject(login)), limit, seconds)

    return exhausts


async def nothing(_town: Town) -> None:
    """It is provoked by trying."""


# What is said; what leads to it; how it is tried; for how long, where the sentence itself says so; and the same once more afterwards.
LIMITS: dict[str, tuple[Callable[[Town], Awaitable[None]], Try, float, Try]] = {
    "verify.too_many_codes": (nothing, another_code, 0.0, afresh(TEXT)),
    "verify.begun_too_often": (nothing, the_app_again, 0.0, afresh(APP)),
    "verify.closed_for_a_day": (used_up("dev", f"fail:{{}}:{TOTP}:{Origin.LINKED}", 5, DAY), a_code, DAY, a_code),
    "accounts.too_often": (used_up("ana", "effect:{}", 5, HOUR), a_new_password, HOUR, a_new_password),
    "change.too_many_tries": (
        used_up("cara", f"password:{{}}:password:{Origin.LINKED}", 3, DAY),
        the_old_password,
        DAY,
        the_old_password,
    ),
    "register.after_reset": (reset, my_methods("ana"), 0.0, my_methods("ana")),
    "register.too_new": (too_new, my_methods("nora"), 0.0, my_methods("nora")),
    "barred.frozen": (frozen, my_methods("ana"), 0.0, my_methods("ana")),
}
# Told by what isn't ours to move, or held elsewhere.
ELSEWHERE = {
    "first_day.gone": "attacks/test_first_day",
    "first_day.too_many_numbers": "attacks/test_first_day",
    "verify.denied": "conversations/test_approval",
    "case.searched_too_often": "conversations/test_cases",
    "accounts.directory_silent": "conversations/test_silent_directory",
    "accounts.earlier_may_arrive": "contracts/test_store_operations",
    "explain.too_many": "conversations/test_explain; a window as that of accounts.too_often",
    "method.totp.used": "conversations/test_wrong_codes",
    "password.too_young": "directories",
    "register.after_not_me": "conversations/test_not_me; as register.after_reset",
    "verify.not_taken": "conversations/test_wrong_codes: a stranger is told of all causes at once",
    "engine.expired": "conversations/test_interrupted",
}
A_TIME = re.compile(r"minute|hour|second|\\bday|\\{hint\\}")


async def said(where: Terminal | Browser) -> tuple[str, dict[str, str], str]:
    """The remark or the last word, what it is filled with, and all that can be read there."""
    if isinstance(where, Terminal):
        shown = await where.shown()
        return str(shown.get("id", "")), {}, str(shown["text"])
    view = await where.view()
    if view.notice:
        return view.notice.words, dict(view.notice.args), ""
    return view.prompt.id, {}, await where.reads()


def ends(town: Town, lasts: float, args: dict[str, str], text: str) -> float:
    """When, by what was said."""
    if lasts or "minutes" in args:
        return town.clock.now + (lasts or 60 * int(args["minutes"]))
    found = re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", text)
    assert found, text
    return datetime.strptime(found[0], "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize("words", LIMITS)
async def test_what_is_said_to_end_has_ended_then_and_not_long_before(town: Town, words: str) -> None:
    leads, tries, lasts, tries_again = LIMITS[words]
    await leads(town)
    told, args, text = await said(await tries(town))
    assert told == words
    end = ends(town, lasts, args, text)
    if not lasts and not args:  # counted limits begin anew with each try
        await town.passes(end - 120 - town.clock.now)
        assert (await said(await tries_again(town)))[0] == words
    await town.passes(end - town.clock.now + 0.001)
    assert (await said(await tries_again(town)))[0] != words


def test_each_refusal_that_tells_a_time_is_held_to_it() -> None:
    words = catalogue("en")
    timed = {id for id in refusals() if A_TIME.search(words.get(id, "") + words.get(f"{id}.body", ""))}
    assert timed - set(LIMITS) - set(ELSEWHERE) == set()


def refusals() -> set[str]:
    """All that the code says no with, as far as it stands there in full."""
    calls = [node for path in modules(*CODE) for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
    named = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id in {"Misstep", "Refuse", "Rejected"} and c.args]
    parts = [part for call in named for part in ast.walk(call.args[0]) if isinstance(part, ast.Constant)]
    return {part.value for part in parts if isinstance(part.value, str)}
