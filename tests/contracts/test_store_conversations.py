"""Who may run a turn: one of many, the right one, and nobody who lost it meanwhile."""

import asyncio

import pytest
from sqlalchemy import update

from bot.conversation.interfaces import Lost, Notice
from bot.conversation.lifetimes import LEASE, LIFETIME
from bot.model.codec import UnknownPart
from bot.model.facts import Audited
from bot.model.turn import Party
from bot.platform.ids import Origin, WindowId
from store.open import Store
from store.tables import CONVERSATION as ROWS
from tests.kit.stores import Clock
from tests.kit.tiny import ANA, CHAT, CONVERSATION, PARTY, At, chat, claimed, idle, opened


async def test_a_new_conversation_is_claimed_and_stands_at_its_first_step(store: Store, clock: Clock) -> None:
    claim = await opened(store)
    assert (claim.turn, claim.step, claim.first, claim.party, claim.window) == (0, At(), At(), PARTY, chat())
    assert (claim.until, claim.expires, claim.died, claim.expired) == (clock.now + LEASE, clock.now + LIFETIME, False, False)
    standing = await store.conversations.standing(CHAT)
    assert standing
    assert (standing.window, standing.step, standing.turn, standing.busy, standing.closed) == (chat(), At(), 0, True, False)
    assert (standing.party, standing.first, standing.where, standing.began) == (PARTY, At(), "terminal", clock.now)


async def test_an_event_opens_one_conversation_only(store: Store) -> None:
    claims = await asyncio.gather(
        *(store.conversations.open_conversation(At(), chat(n), PARTY, "same event") for n in range(1, 9))
    )
    assert sum(claim is not None for claim in claims) == 1
    standings = [await store.conversations.standing(chat(n).id) for n in range(1, 9)]
    assert [standing is not None for standing in standings] == [claim is not None for claim in claims]


async def test_nobody_has_heard_of_an_unknown_window(store: Store) -> None:
    assert await store.conversations.standing(WindowId("win-none")) is None
    assert await store.conversations.claim(WindowId("win-none"), 0, "ana-1") is None
    assert await store.conversations.bind(WindowId("win-none"), "b", "Firefox") == (False, None)


async def test_of_many_claims_on_a_turn_one_wins(store: Store) -> None:
    await idle(store)
    claims = await asyncio.gather(*(store.conversations.claim(CHAT, 1, "ana-1") for _ in range(25)))
    assert [claim.turn for claim in claims if claim] == [1]


@pytest.mark.parametrize("who", ["ana-2", "", "b" * 64])
async def test_a_foreign_hand_claims_nothing(store: Store, who: str) -> None:
    await idle(store)
    assert await store.conversations.claim(CHAT, 1, who) is None


async def test_a_button_of_an_earlier_turn_claims_nothing(store: Store) -> None:
    await idle(store)
    assert await store.conversations.claim(CHAT, 0, "ana-1") is None


async def test_what_was_settled_is_what_stands(store: Store) -> None:
    claim = await opened(store)
    said = Notice("engine.interrupted", (("reference", "ünlatch"),))
    await store.conversations.settle(claim, At(7), said, [], closed=False, wake_in=None)
    standing = await store.conversations.standing(CHAT)
    assert standing
    assert (standing.step, standing.turn, standing.notice, standing.busy, standing.first) == (At(7), 1, said, False, At())
    next_ = await claimed(store)
    assert (next_.step, next_.first, next_.number > claim.number) == (At(7), At(), True)


async def test_a_claim_settles_once(store: Store) -> None:
    claim = await opened(store)
    await store.conversations.settle(claim, At(1), None, [], closed=False, wake_in=None)
    with pytest.raises(Lost):
        await store.conversations.settle(claim, At(2), None, [], closed=False, wake_in=None)
    with pytest.raises(Lost):
        await store.conversations.release(claim, None)


async def test_whoever_lost_the_turn_to_another_replica_writes_nothing(store: Store, clock: Clock) -> None:
    zombie = await opened(store)
    clock.passes(LEASE)
    taken = await store.conversations.claim_due(CONVERSATION)
    assert taken
    assert taken.died
    assert taken.number > zombie.number
    with pytest.raises(Lost):
        await store.conversations.settle(zombie, At(9), None, [Audited("a:b:c", "x")], closed=True, wake_in=None)
    with pytest.raises(Lost):
        await store.conversations.release(zombie, None)
    await store.conversations.settle(taken, At(1), None, [], closed=False, wake_in=None)
    assert (await store.audit.head())[0] == 0


async def test_a_released_turn_keeps_its_buttons_good(store: Store) -> None:
    await idle(store)
    await store.conversations.release(await claimed(store), None)
    again = await store.conversations.claim(CHAT, 1, "ana-1")
    assert again
    assert not again.died


async def test_a_held_turn_is_busy_until_its_lease_is_over(store: Store, clock: Clock) -> None:
    await opened(store)
    assert await store.conversations.claim_due(CONVERSATION) is None
    assert await store.conversations.due(10) == []
    clock.passes(LEASE)
    assert await store.conversations.due(10) == [CONVERSATION]
    claims = await asyncio.gather(*(store.conversations.claim_due(CONVERSATION) for _ in range(10)))
    assert sum(claim is not None for claim in claims) == 1


async def test_a_timer_makes_due_when_its_time_has_come(store: Store, clock: Clock) -> None:
    await idle(store, wake_in=5.0)
    assert await store.conversations.due(10) == []
    clock.passes(5)
    assert await store.conversations.due(10) == [CONVERSATION]
    claim = await store.conversations.claim_due(CONVERSATION)
    assert claim
    assert (claim.window, claim.died, claim.expired) == (None, False, False)
    await store.conversations.release(claim, 5.0)
    assert await store.conversations.due(10) == []


async def test_what_is_due_at_once_is_busy(store: Store) -> None:
    await idle(store, wake_in=0.0)
    standing = await store.conversations.standing(CHAT)
    assert standing
    assert standing.busy


async def test_the_oldest_is_due_first_and_no_more_than_asked_for(store: Store, clock: Clock) -> None:
    for n in (3, 1, 2):
        await idle(store, n, wake_in=0.0)
        clock.passes(1)
    assert await store.conversations.due(2) == ["convo-3", "convo-1"]


async def test_an_expired_conversation_is_the_engines_alone(store: Store, clock: Clock) -> None:
    await idle(store)
    clock.passes(LIFETIME)
    assert await store.conversations.claim(CHAT, 1, "ana-1") is None
    assert await store.conversations.newest("terminal", "ana-1") is None
    claim = await store.conversations.claim_due(CONVERSATION)
    assert claim
    assert claim.expired


async def test_a_look_that_faults_on_an_expired_conversation_waits_before_it_tries_again(store: Store, clock: Clock) -> None:
    await idle(store)
    clock.passes(LIFETIME)
    claim = await store.conversations.claim_due(CONVERSATION)
    assert claim
    await store.conversations.release(claim, 30.0)
    assert await store.conversations.due(10) == []
    clock.passes(30)
    assert await store.conversations.due(10) == [CONVERSATION]


async def test_a_closed_conversation_is_over_but_can_be_looked_at(store: Store, clock: Clock) -> None:
    claim = await opened(store)
    await store.conversations.settle(claim, At(2), None, [], closed=True, wake_in=None)
    clock.passes(LIFETIME)
    assert await store.conversations.claim(CHAT, 1, "ana-1") is None
    assert await store.conversations.claim_due(CONVERSATION) is None
    assert await store.conversations.due(10) == []
    standing = await store.conversations.standing(CHAT)
    assert standing
    assert (standing.closed, standing.busy, standing.step) == (True, False, At(2))


async def test_the_newest_open_conversation_at_an_address_is_found(store: Store, clock: Clock) -> None:
    await opened(store, 1)
    clock.passes(1)
    second = chat(2)
    newer = type(second)(second.id, second.conversation, "terminal", "ana-1")
    claim = await store.conversations.open_conversation(At(), newer, Party(Origin.STRANGER), "event-2")
    assert claim
    assert claim.party == Party(Origin.STRANGER)
    assert await store.conversations.newest("terminal", "ana-1") == newer.id
    assert await store.conversations.newest("slack", "ana-1") is None
    await store.conversations.settle(claim, At(), None, [], closed=True, wake_in=None)
    assert await store.conversations.newest("terminal", "ana-1") == CHAT


async def test_a_step_of_a_newer_replica_is_left_alone(store: Store, clock: Clock) -> None:
    await idle(store, wake_in=0.0)
    async with store.database.write("newer") as conn:
        await conn.execute(update(ROWS).values(step='{"part":"tiny.newer"}'))
    for attempt in (store.conversations.claim(CHAT, 1, "ana-1"), store.conversations.claim_due(CONVERSATION)):
        with pytest.raises(UnknownPart):
            await attempt
    with pytest.raises(UnknownPart):
        await store.conversations.standing(CHAT)
    async with store.database.write("back") as conn:
        await conn.execute(update(ROWS).values(step='{"part":"tiny.at","number":1}'))
    claim = await store.conversations.claim(CHAT, 1, "ana-1")
    assert claim
    assert (claim.number, claim.died) == (2, False)


async def test_a_day_later_only_what_led_to_a_grant_is_kept(store: Store, clock: Clock) -> None:
    await idle(store, 1)
    claim = await opened(store, 2)
    await store.conversations.settle(claim, At(), None, [], closed=True, wake_in=None)
    clock.passes(LIFETIME + 86400 + 1)
    await store.sweep()
    assert await store.conversations.standing(CHAT)
    assert await store.conversations.standing(chat(2).id) is None
    assert ANA
