"""Money is counted by one statement, an alarm is written once, and a failed message nudges its conversation."""

import asyncio

from bot.model.facts import Audited
from bot.platform.ids import ChallengeId, SubjectId
from bot.platform.job_outbox import Sent
from store.open import Store
from tests.kit.stores import Clock, each
from tests.kit.tiny import challenged, idle, settled

ALARM = (Audited("messages:budget:exhausted", "admins"), Sent("alarm", SubjectId("admins"), (("words", "w"),)))


async def test_charges_at_once_never_pass_the_limit(store: Store) -> None:
    fits = await asyncio.gather(*(store.records.charge("money", 3, 10, 60.0) for _ in range(20)))
    assert sum(fits) == 3
    assert await store.records.charge("money", 1, 10, 60.0)
    assert not await store.records.charge("money", 1, 10, 60.0)


async def test_a_refused_charge_moves_nothing_and_the_window_ends_when_it_was_to(store: Store, clock: Clock) -> None:
    assert await store.records.charge("money", 5, 10, 60.0)
    clock.passes(59)
    assert await store.records.charge("money", 5, 10, 60.0)
    assert not await store.records.charge("money", 1, 10, 60.0)
    clock.passes(1)
    assert await store.records.charge("money", 10, 10, 60.0)


async def test_more_than_all_is_refused_on_an_empty_window_too(store: Store) -> None:
    assert not await store.records.charge("money", 11, 10, 60.0)
    assert await store.records.charge("money", 10, 10, 60.0)


async def test_what_is_given_back_can_be_charged_again_but_makes_no_credit(store: Store, clock: Clock) -> None:
    assert await store.records.charge("money", 10, 10, 60.0)
    assert await store.records.charge("money", -4, 10, 60.0)
    assert await store.records.charge("money", 4, 10, 60.0)
    clock.passes(60)
    assert await store.records.charge("money", -4, 10, 60.0)
    assert await store.records.charge("money", 10, 10, 60.0)
    assert not await store.records.charge("money", 1, 10, 60.0)


async def test_an_alarm_is_written_once_in_its_time_by_however_many(store: Store, clock: Clock) -> None:
    assert sum(await asyncio.gather(*(store.records.once("alarm", 60.0, *ALARM) for _ in range(10)))) == 1
    clock.passes(59)
    assert not await store.records.once("alarm", 60.0, *ALARM)
    clock.passes(1)
    assert await store.records.once("alarm", 60.0, *ALARM)
    assert [job.kind for job in await store.jobs.lease_due(each(10), 60.0)] == ["alarm", "alarm"]
    assert [row.tag async for row in store.audit.rows(0)] == ["messages:budget:exhausted"] * 2


async def test_a_failed_message_is_written_once_and_its_conversation_is_nudged(store: Store) -> None:
    await idle(store)
    await settled(store, challenged())
    assert await store.records.undelivered(ChallengeId("ch-1"), "undelivered.phone")
    assert await store.conversations.due(10) == ["convo-1"]
    assert not await store.records.undelivered(ChallengeId("ch-1"), "undelivered.number")
    found = await store.records.challenge(ChallengeId("ch-1"))
    assert found
    assert found.undelivered == "undelivered.phone"
    assert not await store.records.undelivered(ChallengeId("ch-unknown"), "undelivered.phone")


async def test_a_new_challenge_begins_without_its_forerunners_trouble(store: Store) -> None:
    await idle(store)
    await settled(store, challenged())
    await store.records.undelivered(ChallengeId("ch-1"), "undelivered.phone")
    claim = await store.conversations.claim_due((await store.conversations.due(10))[0])
    assert claim
    await store.conversations.release(claim, None)
    await settled(store, challenged("ch-2"))
    found = await store.records.challenge(ChallengeId("ch-2"))
    assert found
    assert found.undelivered == ""
