"""So many turns at once and no more; whoever can't begin soon hears so, at once where that is known already."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from bot.conversation.interfaces import Crowded
from bot.engine.desk import Desk
from bot.engine.turn_slots import TurnSlots
from bot.model.reply import Reply
from bot.model.step import Step
from tests.kit.scripted import DONE, SCRIPT, Asks, House, Waits, house
from tests.kit.stores import clock, keys, migrated, sqlite, world

__all__ = ["clock", "house", "keys", "migrated", "sqlite", "world"]

SHORT = 0.02  # seconds


async def test_no_more_turns_run_at_once_than_there_are_slots() -> None:
    slots, running, most = TurnSlots(3), 0, 0

    async def turn() -> None:
        nonlocal running, most
        async with slots.slot(patient=True):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(turn() for _ in range(20)))
    assert (most, slots.waiting) == (3, 0)


async def test_who_cant_begin_soon_is_told_and_who_is_patient_waits() -> None:
    slots = TurnSlots(1, SHORT)
    async with slots.slot():
        with pytest.raises(Crowded):
            async with slots.slot():
                raise AssertionError
        patient = asyncio.create_task(_once(slots))
        await asyncio.sleep(2 * SHORT)
        assert not patient.done()
    await patient
    assert slots.waiting == 0


async def test_a_queue_that_is_known_to_be_too_long_isnt_waited_in() -> None:
    slots = TurnSlots(1, soon=5.0)
    slots._takes = 3.0  # seconds that a turn has taken of late
    async with AsyncExitStack() as busy:
        await busy.enter_async_context(slots.slot())
        queue = [asyncio.create_task(_once(slots)) for _ in range(2)]
        await asyncio.sleep(0)
        assert slots.expected() == 6.0
        async with asyncio.timeout(1.0):
            with pytest.raises(Crowded):
                await _once(slots)
    await asyncio.gather(*queue)


async def test_a_crowded_answer_is_tried_by_nobody_and_its_question_stands_as_it_did(house: House) -> None:
    asked = []

    async def answer(reply: Reply, _desk: Desk) -> Step:
        asked.append(reply.text)
        return DONE

    await house.opens(Asks())
    SCRIPT.answer = answer
    before = await house.view()
    house = replace(house, engine=replace(house.engine, slots=TurnSlots(1, SHORT)))
    async with house.engine.slots.slot():
        with pytest.raises(Crowded):
            await house.says()
    assert (asked, await house.view(), (await house.row())[2]) == ([], before, 0)
    assert (await house.says()).closed
    assert len(asked) == 1


async def test_a_crowded_opening_is_seen_to_when_there_is_room(house: House) -> None:
    async def done(_desk: Desk) -> Step:
        return DONE

    SCRIPT.look = done
    house = replace(house, engine=replace(house.engine, slots=TurnSlots(1, SHORT)))
    async with house.engine.slots.slot():
        view = await house.opens(Waits())
        assert (view.prompt.id, view.busy) == ("opening", True)
    await house.engine.wake_all()
    assert (await house.view()).closed


async def _once(slots: TurnSlots) -> None:
    async with slots.slot(patient=slots.waiting == 0):
        pass
