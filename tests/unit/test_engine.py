"""One turn and what can go wrong in it: faults, zombies, rows of newer replicas, nudges that come at a bad moment."""

import asyncio

import pytest

from bot.conversation.interfaces import Stale, Upgrading
from bot.conversation.lifetimes import LEASE
from bot.engine.desk import Desk
from bot.engine.engine import RETRY
from bot.model.facts import Audited
from bot.model.reply import Reply
from bot.model.step import Step
from bot.model.turn import Window
from bot.platform.errors import Unavailable
from bot.platform.ids import ConversationId, WindowId
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep, Refuse
from store.conversations import nudge
from tests.kit.scripted import ANA, DONE, SCRIPT, Asks, House, Waits, house
from tests.kit.stores import clock, keys, migrated, sqlite, world

__all__ = ["clock", "house", "keys", "migrated", "sqlite", "world"]


async def goes_on(_reply: Reply, _desk: Desk) -> Step:
    return Asks(1)


async def breaks(*_: object) -> Step:
    raise KeyError("x")


async def test_a_fault_in_an_answer_is_told_as_a_reference_and_logged_with_its_trace(house: House) -> None:
    SCRIPT.answer = breaks
    await house.opens(Asks())
    view = await house.says()
    assert view.notice
    assert view.notice.words == "engine.fault"
    reference = dict(view.notice.args)["reference"]
    assert reference in house.log.getvalue()
    assert "KeyError" in house.log.getvalue()
    assert "KeyError" not in str(view)
    assert await house.tags() == ["conversation:answer:refused:fault"]


async def test_after_a_fault_the_engine_looks_and_tells_what_it_finds(house: House) -> None:
    async def done(_desk: Desk) -> Step:
        return DONE

    await house.opens(Asks())
    SCRIPT.answer, SCRIPT.look = breaks, done
    view = await house.says()
    assert (view.prompt.id, view.closed) == ("unlock.done", True)


async def test_a_fault_in_answer_and_look_leaves_the_question_as_it_was(house: House) -> None:
    await house.opens(Asks(3))
    SCRIPT.answer = SCRIPT.look = breaks
    view = await house.says()
    assert view.notice
    assert (view.prompt.id, view.notice.words, view.busy) == ("find.self", "engine.fault", False)
    SCRIPT.answer = goes_on
    assert (await house.says()).notice is None


async def test_after_a_fault_with_no_database_to_look_into_the_next_one_looks_before_anything_is_asked_again(
    house: House,
) -> None:
    async def away(_desk: Desk) -> Step:
        raise Unavailable("08003")

    async def done(_desk: Desk) -> Step:
        return DONE

    await house.opens(Asks())
    SCRIPT.answer, SCRIPT.look = breaks, away
    with pytest.raises(Unavailable):
        await house.says()
    SCRIPT.look = done
    house.clock.passes(LEASE)
    assert await house.engine.wake_all() == 1
    assert (await house.view()).prompt.id == "unlock.done"


async def test_a_look_that_faults_is_tried_again_later_and_later(house: House) -> None:
    await house.opens(Waits())
    SCRIPT.look = breaks
    pauses = []
    for _ in range(4):
        await house.writes("update conversation set due_at = :now", now=house.clock.now)
        assert await house.engine.wake_all() == 1
        due = (await house.row())[3]
        assert due is not None
        pauses.append(due - house.clock.now)
        assert await house.engine.wake_all() == 0
        house.clock.passes(100)
    assert pauses == [RETRY, 100.0, 200.0, 300.0]
    assert "engine.look_failed" in house.log.getvalue()


async def test_a_misstep_asks_again_and_drops_what_the_turn_had_noted(house: House) -> None:
    async def answer(_reply: Reply, desk: Desk) -> Step:
        desk.turn.note(Audited("identity:proof:accepted", "demo:ana"))
        raise Misstep("verify.code_expired")

    SCRIPT.answer = answer
    await house.opens(Asks())
    view = await house.says()
    assert view.notice
    assert (view.notice.words, view.closed) == ("verify.code_expired", False)
    assert await house.tags() == ["conversation:answer:refused:verify.code_expired"]


async def test_a_refusal_closes_kindly_and_is_audited(house: House) -> None:
    async def answer(_reply: Reply, desk: Desk) -> Step:
        desk.turn.note(Audited("identity:proof:accepted", "demo:ana"))
        raise Refuse("verify.over")

    SCRIPT.answer = answer
    await house.opens(Asks())
    view = await house.says()
    assert (view.prompt.id, view.closed) == ("verify.over", True)
    assert await house.tags() == ["conversation:answer:refused:verify.over"]


async def test_a_misstep_out_of_a_look_closes_since_nobody_is_there_to_be_asked(house: House) -> None:
    async def look(_desk: Desk) -> Step:
        raise Misstep("accounts.directory_silent")

    await house.opens(Waits())
    SCRIPT.look = look
    await house.writes("update conversation set due_at = :now", now=house.clock.now)
    await house.engine.wake_all()
    assert (await house.view()).prompt.id == "accounts.directory_silent"


async def test_the_same_event_opens_one_conversation(house: House) -> None:
    await house.opens(Asks())
    again = Window(WindowId("w2"), ConversationId("c2"), "terminal", "ana")
    await house.engine.open_conversation(Asks(), again, ANA, "event-1")
    with pytest.raises(Stale):
        await house.engine.view(again.id)


async def test_a_newer_replicas_step_is_left_alone(house: House) -> None:
    await house.opens(Asks())
    token = (await house.view()).token
    await house.writes("update conversation set step = replace(step, 'engine.asks', 'engine.asks.v2')")
    before = await house.row()
    with pytest.raises(Upgrading):
        await house.engine.take_answer(token, "ana", said=Secret("hello"))
    house.clock.passes(901)
    await house.engine.wake_all()
    assert await house.row() == before
    await house.writes("update conversation set step = replace(step, '.v2', ''), expires_at = 9e9")
    SCRIPT.answer = goes_on
    assert (await house.engine.take_answer(token, "ana", said=Secret("hello"))).turn > 0


async def test_a_foreign_hand_or_an_older_token_is_stale(house: House) -> None:
    SCRIPT.answer = goes_on
    token = (await house.opens(Asks())).token
    for who in ("ben", ""):
        with pytest.raises(Stale):
            await house.engine.take_answer(token, who, said=Secret("hello"))
    await house.engine.take_answer(token, "ana", said=Secret("hello"))
    with pytest.raises(Stale):
        await house.engine.take_answer(token, "ana", said=Secret("hello"))
    with pytest.raises(Stale):
        await house.engine.take_answer(token.replace("w1", "w2"), "ana", said=Secret("hello"))


async def test_a_zombie_past_its_lease_settles_nothing(house: House) -> None:
    """It stalls in mid-answer; after the lease another one asks again; then the first wakes up."""
    at_work, go = asyncio.Event(), asyncio.Event()

    async def stalls(_reply: Reply, desk: Desk) -> Step:
        desk.turn.note(Audited("identity:proof:accepted", "demo:ana"))
        at_work.set()
        await go.wait()
        return DONE

    SCRIPT.answer = stalls
    await house.opens(Asks())
    zombie = asyncio.create_task(house.says())
    await at_work.wait()
    assert await house.engine.wake_all() == 0  # still its turn
    house.clock.passes(31)
    assert await house.engine.wake_all() == 1
    view = await house.view()
    assert view.notice
    assert view.notice.words == "engine.interrupted"
    go.set()
    with pytest.raises(Stale):
        await zombie
    assert await house.tags() == []
    assert (await house.view()).prompt.id == "find.self"
    SCRIPT.answer = goes_on
    assert (await house.says()).notice is None


async def test_nobody_else_runs_a_turn_while_it_is_held(house: House) -> None:
    at_work, go = asyncio.Event(), asyncio.Event()

    async def stalls(_reply: Reply, _desk: Desk) -> Step:
        at_work.set()
        await go.wait()
        return DONE

    SCRIPT.answer = stalls
    token = (await house.opens(Asks())).token
    first = asyncio.create_task(house.says())
    await at_work.wait()
    with pytest.raises(Stale):
        await house.engine.take_answer(token, "ana", said=Secret("again"))
    assert (await house.view()).busy
    go.set()
    assert (await first).closed


async def test_a_nudge_while_busy_is_not_lost(house: House) -> None:
    async def nudged(_reply: Reply, desk: Desk) -> Step:
        async with house.store.database.write("nudge") as conn:
            await nudge(conn, desk.turn.conversation, house.clock.now)
        return Waits()

    async def done(_desk: Desk) -> Step:
        return DONE

    await house.opens(Asks())
    SCRIPT.answer, SCRIPT.look = nudged, done
    assert (await house.says()).prompt.id == "opening"
    assert await house.engine.wake_all() == 1
    assert (await house.view()).prompt.id == "unlock.done"


async def test_a_look_that_finds_nothing_new_keeps_the_buttons_good(house: House) -> None:
    token = (await house.opens(Asks())).token
    await house.writes("update conversation set due_at = :now", now=house.clock.now)
    assert await house.engine.wake_all() == 1
    assert ((await house.view()).token, SCRIPT.looks) == (token, 2)


async def test_free_text_answers_the_newest_open_conversation_or_begins_one(house: House) -> None:
    SCRIPT.answer = goes_on
    first = await house.engine.hear("terminal", "ana", Secret("hello"), ANA, "e1")
    second = await house.engine.hear("terminal", "ana", Secret("hello"), ANA, "e2")
    assert second.turn > first.turn
    other = await house.engine.hear("terminal", "ben", Secret("hello"), ANA, "e3")
    assert other.turn == first.turn
    assert house.engine.windows.read_token(other.token)[0] != house.engine.windows.read_token(first.token)[0]


async def test_whoever_waits_is_woken_by_the_turn_and_not_before(house: House) -> None:
    SCRIPT.answer = goes_on
    view = await house.opens(Asks())
    waiting = asyncio.create_task(house.engine.wait(house.window, view.turn, 5))
    await asyncio.sleep(0.02)
    assert not waiting.done()
    await house.says()
    await asyncio.wait_for(waiting, 1)
    await asyncio.wait_for(house.engine.wait(house.window, view.turn, 5), 1)  # it has moved already
