"""Work that takes its time: a press is answered all the same, and whoever typed sees that somebody is at it."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from bot.engine.engine import Engine
from bot.engine.turn_slots import AT_ONCE
from bot.model.reply import Reply
from bot.model.turn import Claim
from tests.kit.cards import executes, read
from tests.kit.teams import TeamsChat
from tests.kit.town import Town

TAKES = 0.4  # seconds


def becomes_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every turn from now on."""
    run = Engine.run

    async def slowly(engine: Engine, claim: Claim, reply: Reply | None) -> None:
        await asyncio.sleep(TAKES)
        await run(engine, claim, reply)

    monkeypatch.setattr(Engine, "run", slowly)
    monkeypatch.setattr("adapters.teams.button_press.ANSWER", TAKES / 8)
    monkeypatch.setattr("adapters.teams.handler.SLOW", TAKES / 8)


async def test_a_press_is_answered_before_it_is_done_and_shown_when_it_is(
    town: Town, ana: TeamsChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ana.says("hello")
    becomes_slow(monkeypatch)
    await ana.says(next(label for label in await ana.offered() if "password" in label))
    assert "One moment" in read(ana.answered)
    assert executes(ana.answered) == []
    assert await ana.link()
    assert len(town.teams.messages) == 1


async def test_whoever_typed_sees_that_somebody_is_at_it(town: Town, ana: TeamsChat, monkeypatch: pytest.MonkeyPatch) -> None:
    becomes_slow(monkeypatch)
    await ana.types("I forgot my password")
    assert town.teams.typing == [ana.conversation]
    assert await ana.link()


async def test_quick_work_shows_no_such_thing(town: Town, ana: TeamsChat) -> None:
    await ana.types("I forgot my password")
    assert town.teams.typing == []


async def test_whoever_waits_for_a_turn_that_never_begins_is_told_so_however_long_that_takes(
    town: Town, ana: TeamsChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.teams.handler.SLOW", TAKES / 8)
    await ana.types("I forgot my password")
    slots = town.app.engine.slots
    monkeypatch.setattr(slots, "_soon", TAKES / 4)
    async with AsyncExitStack() as others:
        for _ in range(AT_ONCE):
            await others.enter_async_context(slots.slot())
        await ana.types("cancel")
    assert any("Many people are here just now" in read(said["card"]) for said in town.teams.messages.values())
