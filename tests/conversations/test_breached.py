"""A password that leaked is refused alike wherever somebody sets one: reset, change and a guided reset."""

import hashlib

import pytest_asyncio

from bot.policy.breached import build
from tests.conversations.conftest import Call
from tests.kit.guided import caller, hired
from tests.kit.kinds import EMAIL, TOTP
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town

LEAKED = "Velvet-Quarry-17-Lemon"


@pytest_asyncio.fixture(autouse=True)
async def leaked(town: Town) -> None:
    """The operator's list holds one of our passwords."""
    source, target = town.settings.keys.ring_file.with_name("pwned.txt"), town.settings.keys.ring_file.with_name("breached.bin")
    source.write_text(f"{hashlib.sha1(LEAKED.encode(), usedforsecurity=False).hexdigest()}:3\n", encoding="ascii")
    build(source, target)
    section = town.settings.passwords.model_copy(update={"breached_file": target})
    town.settings = town.settings.model_copy(update={"passwords": section})
    await town.replica()


async def test_by_a_reset(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types(LEAKED)
    assert (await ana.at(), await ana.notice()) == ("reset.new", "password.breached")
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"


async def test_by_a_change(call: Call) -> None:
    cara = call("cara")
    await cara.wants("change")
    await cara.opens()
    await cara.types(OLD)
    await cara.adds_to_it(EMAIL)
    await cara.types(LEAKED)
    assert (await cara.at(), await cara.notice()) == ("change.new", "password.breached")


async def test_by_a_guided_reset(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    page = await caller(town, "ana")
    await page.types(await town.code("ana", TOTP))
    await page.types(LEAKED)
    assert await page.at() == "reset.new"
    assert "hasn't turned up in a data leak" in await page.reads()
