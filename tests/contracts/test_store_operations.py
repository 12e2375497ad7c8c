"""A grant is spent once: only while everything about it is still true, and never over an outcome that may have happened."""

import asyncio
from dataclasses import replace

import pytest

from bot.accounts.interfaces import LATE, Operation, Outcome, StillOpen
from bot.model.facts import Audited, Fact, Restarted
from bot.model.turn import Claim
from bot.platform.ids import Action, GrantId, SubjectId
from bot.platform.job_outbox import Sent
from store.open import Store
from tests.kit.stores import Clock, each
from tests.kit.tiny import ANA, CONVERSATION, At, challenged, claimed, granted, idle, opened, proved, settled

G = GrantId("g-1")
AUDIT = Audited("account:reset:intended", ANA)


async def entitled(store: Store) -> Claim:
    """Somebody holds the turn and a grant that is on disk."""
    await idle(store)
    await settled(store, challenged())
    await settled(store, proved(), granted("p-1"))
    return await claimed(store)


async def intend(store: Store, claim: Claim, mark: str = "pwd:1") -> Operation | None:
    return await store.operations.intend(G, Action.RESET, ANA, claim, mark, [AUDIT])


async def made(store: Store) -> Operation:
    found = await store.operations.operation(G)
    assert found
    return found


async def test_a_grant_becomes_an_operation_with_the_directorys_mark(store: Store, clock: Clock) -> None:
    claim = await entitled(store)
    assert await store.operations.operation(G) is None
    assert await intend(store, claim)
    assert await store.operations.operation(G) == Operation(G, Action.RESET, ANA, Outcome.INTENDED, "pwd:1", at=clock.now)
    assert (await store.audit.head())[0] == 1


async def test_a_grant_is_spent_once_however_many_try(store: Store) -> None:
    claim = await entitled(store)
    tries = await asyncio.gather(*(intend(store, claim, f"pwd:{n}") for n in range(10)))
    assert sum(made is not None for made in tries) == 1
    assert (await store.audit.head())[0] == 1


async def test_no_right_without_the_very_grant(store: Store) -> None:
    claim = await entitled(store)
    for grant, action, subject in (
        (GrantId("g-2"), Action.RESET, ANA),
        (G, Action.UNLOCK, ANA),
        (G, Action.RESET, SubjectId("demo:ben")),
    ):
        assert not await store.operations.intend(grant, action, subject, claim, "pwd:1", [AUDIT])
    assert (await store.audit.head())[0] == 0


async def test_no_right_once_the_grant_has_expired(store: Store, clock: Clock) -> None:
    claim = await entitled(store)
    clock.now = granted().expires
    assert not await intend(store, claim)


async def test_no_right_for_whoever_lost_the_turn(store: Store, clock: Clock) -> None:
    claim = await entitled(store)
    clock.passes(30)
    taken = await store.conversations.claim_due(CONVERSATION)
    assert taken
    assert not await intend(store, claim)
    assert await intend(store, taken)


async def test_no_right_after_the_turn_was_settled(store: Store) -> None:
    claim = await entitled(store)
    await store.conversations.settle(claim, At(), None, [], closed=False, wake_in=None)
    assert not await intend(store, claim)


async def test_no_right_in_another_conversation(store: Store) -> None:
    await entitled(store)
    assert not await intend(store, await opened(store, 2))


async def test_no_right_after_beginning_again(store: Store) -> None:
    claim = await entitled(store)
    await store.conversations.settle(claim, At(), None, [Restarted(CONVERSATION, unbind=False)], closed=False, wake_in=None)
    assert not await intend(store, await claimed(store))


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.UNCONFIRMED, Outcome.MOVED])
async def test_a_grant_is_usable_again_with_a_new_mark(store: Store, clock: Clock, outcome: Outcome) -> None:
    claim = await entitled(store)
    assert await intend(store, claim, "pwd:1")
    await store.operations.conclude(await made(store), outcome, [])
    assert await intend(store, claim, "pwd:2")
    assert await store.operations.operation(G) == Operation(G, Action.RESET, ANA, Outcome.INTENDED, "pwd:2", at=clock.now)


async def test_a_grant_is_never_usable_again_after_a_change(store: Store) -> None:
    claim = await entitled(store)
    assert await intend(store, claim)
    await store.operations.conclude(await made(store), Outcome.CHANGED, [])
    assert not await intend(store, claim)


async def test_an_outcome_is_concluded_once_with_its_audit_and_notices(store: Store, clock: Clock) -> None:
    claim = await entitled(store)
    await intend(store, claim)
    facts: list[Fact] = [Sent("notice", ANA, (("what", "changed"),)), Audited("account:reset:changed", ANA)]
    intended = await made(store)
    await asyncio.gather(*(store.operations.conclude(intended, Outcome.CHANGED, facts) for _ in range(5)))
    await store.operations.conclude(intended, Outcome.REJECTED, facts)
    assert (await store.operations.operation(G)) == Operation(G, Action.RESET, ANA, Outcome.CHANGED, "pwd:1", at=clock.now)
    assert len(await store.jobs.lease_due(each(10), 1.0)) == 1
    assert [row.tag async for row in store.audit.rows()] == ["account:reset:intended", "account:reset:changed"]


async def test_nothing_is_concluded_that_was_never_intended(store: Store) -> None:
    await entitled(store)
    await store.operations.conclude(Operation(G, Action.RESET, ANA, Outcome.INTENDED, "pwd:1"), Outcome.CHANGED, [AUDIT])
    assert await store.operations.operation(G) is None
    assert (await store.audit.head())[0] == 0


async def test_a_fact_that_cannot_be_written_takes_the_intent_with_it(store: Store) -> None:
    claim = await entitled(store)
    with pytest.raises(ValueError, match="source:subject:action"):
        await store.operations.intend(G, Action.RESET, ANA, claim, "pwd:1", [replace(AUDIT, tag="no tag")])
    assert await store.operations.operation(G) is None
    assert await intend(store, claim)


async def test_what_was_tried_again_is_not_concluded_by_whoever_watched_the_first_try(store: Store, clock: Clock) -> None:
    claim = await entitled(store)
    first = await intend(store, claim)
    assert first
    await store.operations.conclude(first, Outcome.UNCONFIRMED, [])
    clock.passes(1)
    assert await intend(store, claim, "pwd:2")
    await store.operations.conclude(replace(first, outcome=Outcome.UNCONFIRMED), Outcome.REJECTED, [AUDIT])
    assert (await made(store)).outcome is Outcome.INTENDED


@pytest.mark.parametrize("outcome", [Outcome.INTENDED, Outcome.UNCONFIRMED, Outcome.MOVED])
async def test_a_second_password_waits_for_a_first_one_that_may_still_arrive(
    store: Store, clock: Clock, outcome: Outcome
) -> None:
    claim, began = await entitled(store), clock.now
    assert await intend(store, claim)
    if outcome is not Outcome.INTENDED:
        await store.operations.conclude(await made(store), outcome, [])
    clock.passes(1)
    assert await store.operations.open_until(ANA) == began + LATE
    assert await store.operations.open_until(ANA, besides=G) == 0.0
    with pytest.raises(StillOpen) as earlier:
        await store.operations.intend(G, Action.RESET, ANA, claim, "pwd:1", [AUDIT], alone=True)
    assert earlier.value.until == began + LATE
    clock.passes(LATE)
    assert await store.operations.open_until(ANA) == 0.0


@pytest.mark.parametrize("outcome", [Outcome.CHANGED, Outcome.REJECTED])
async def test_what_surely_ended_holds_nobody_up(store: Store, outcome: Outcome) -> None:
    claim = await entitled(store)
    assert await intend(store, claim)
    await store.operations.conclude(await made(store), outcome, [], "pwd:2")
    assert await store.operations.open_until(ANA) == 0.0
    assert await store.operations.owns(ANA, "pwd:2", GrantId("another"))
    assert not await store.operations.owns(ANA, "pwd:2", G)
    assert not await store.operations.owns(ANA, "pwd:1", GrantId("another"))


async def test_whoever_waits_is_woken_by_what_became_of_it(store: Store) -> None:
    claim = await entitled(store)
    assert await intend(store, claim)
    await store.conversations.settle(claim, At(), None, [], closed=False, wake_in=None)
    assert await store.conversations.due(10) == []
    await store.operations.conclude(await made(store), Outcome.UNCONFIRMED, [], wakes=True)
    assert await store.conversations.due(10) == [CONVERSATION]


async def test_when_a_directory_last_confirmed_a_change_is_known_of_each(store: Store, clock: Clock) -> None:
    claim = await entitled(store)
    await intend(store, claim)
    directory = ANA.partition(":")[0]
    assert await store.operations.last_confirmed(directory) == 0.0
    await store.operations.conclude(await made(store), Outcome.CHANGED, [])
    assert await store.operations.last_confirmed(directory) == clock.now
    assert [await store.operations.last_confirmed(name) for name in (directory[:-1], f"{directory}x", "%")] == [0.0] * 3
