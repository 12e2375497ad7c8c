"""A directory so slow that the process loses its turn: another one asks again, and the late one touches nothing."""

import asyncio

import pytest

from bot.conversation.interfaces import Stale
from bot.conversation.windows import browser_hash
from tests.conversations.conftest import Call
from tests.kit.kinds import TOTP
from tests.kit.residents import GOOD, OLD
from tests.kit.town import LEASE, Town


async def test_a_replica_that_wakes_up_after_its_lease_changes_nothing(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    town.mood.slow = asyncio.Event()
    late = asyncio.create_task(ana.page.types(GOOD))
    await asyncio.wait_for(town.mood.asked.wait(), 5)
    assert (await ana.page.view()).busy
    await town.passes(LEASE)
    assert (await ana.at(), await ana.notice()) == ("reset.new", "engine.interrupted")
    town.mood.slow.set()
    assert (await late).status == 409
    town.mood.slow = None
    assert not [tag for tag in await town.tags() if tag.startswith("account:")]
    assert await town.signs_in("ana", OLD) == "right"
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    assert (await town.tags()).count("account:reset:changed") == 1


async def test_while_a_turn_is_being_worked_on_a_second_click_is_answered_politely(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    town.mood.slow = asyncio.Event()
    first = asyncio.create_task(ana.page.types(GOOD))
    await asyncio.wait_for(town.mood.asked.wait(), 5)
    engine, token = town.app.engine, (await ana.page.view()).token
    with pytest.raises(Stale):
        await engine.take_answer(token, browser_hash(ana.page.cookie), option="cancel")
    town.mood.slow.set()
    assert (await first).status == 303
    assert await ana.at() == "reset.done"
