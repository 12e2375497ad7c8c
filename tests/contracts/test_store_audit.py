"""The chain stays whole under parallel turns, and strangers can neither grow nor slow it."""

import asyncio
import json

import pytest
from sqlalchemy import update

from bot.audit.chain import GENESIS, verify
from bot.conversation.interfaces import Lost
from bot.model.facts import Audited
from store import audit
from store.open import Store
from store.tables import AUDIT
from tests.kit.stores import Clock
from tests.kit.tiny import ANA, At, claimed, idle, settled

REFUSED = Audited("conversation:answer:refused", "decoy:1", (("stranger", "1"), ("conversation", "c")))


async def test_an_empty_chain_begins_where_the_first_row_will(store: Store) -> None:
    assert await store.audit.head() == (0, GENESIS)
    assert [row async for row in store.audit.rows()] == []


async def test_rows_come_back_as_they_were_chained(store: Store, clock: Clock) -> None:
    await store.audit.write(Audited("policy:document:saved", "öperator", (("version", "1"), ("version", "2"))))
    row = await anext(store.audit.rows())
    assert (row.seq, row.at, row.subject, row.previous) == (1, clock.now, "öperator", GENESIS)
    assert row.detail == (("version", "1"), ("version", "2"))
    assert await store.audit.head() == (1, row.hash)


async def test_the_chain_is_whole_after_many_turns_at_once(store: Store) -> None:
    for n in range(1, 13):
        await idle(store, n)
    await asyncio.gather(
        *(settled(store, Audited("a:b:one", ANA, (("n", str(n)),)), Audited("a:b:two", ANA), n=n) for n in range(1, 13))
    )
    rows = [row async for row in store.audit.rows()]
    assert [row.seq for row in rows] == list(range(1, 25))
    assert [(one.tag, two.tag) for one, two in zip(rows[::2], rows[1::2], strict=True)] == [("a:b:one", "a:b:two")] * 12
    assert verify(rows) == []


async def test_a_lost_turn_leaves_no_gap(store: Store) -> None:
    await idle(store)
    claim = await claimed(store)
    await store.conversations.release(claim, None)
    with pytest.raises(Lost):
        await store.conversations.settle(claim, At(), None, [Audited("a:b:c", ANA)], closed=False, wake_in=None)
    await store.audit.write(Audited("a:b:d", ANA))
    rows = [row async for row in store.audit.rows()]
    assert [(row.seq, row.tag) for row in rows] == [(1, "a:b:d")]
    assert verify(rows) == []


async def test_rows_can_be_read_on_from_any_number_and_in_pages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 3)
    monkeypatch.setattr(audit, "ROWS", audit.ROWS.limit(3))
    for n in range(8):
        await store.audit.write(Audited("a:b:c", str(n)))
    assert [row.subject async for row in store.audit.rows()] == [str(n) for n in range(8)]
    assert [row.seq async for row in store.audit.rows(after=6)] == [7, 8]


async def test_strangers_refusals_are_summed_by_minute_and_tag(store: Store, clock: Clock) -> None:
    clock.now = 1_800_000_060.0
    other = Audited("page:portal:refused", "decoy:2", (("stranger", "1"),))
    for _ in range(3):
        await store.audit.write(REFUSED, other, REFUSED)
    assert await store.audit.head() == (0, GENESIS)
    assert await store.audit.sweep_refusals() == 0  # the minute isn't over
    clock.passes(60)
    await store.audit.write(REFUSED)
    assert await store.audit.sweep_refusals() == 2
    assert await store.audit.sweep_refusals() == 0
    rows = [row async for row in store.audit.rows()]
    assert [(row.tag, row.subject, dict(row.detail)) for row in rows] == [
        (REFUSED.tag, "strangers", {"minute": "1800000060", "count": "6"}),
        (other.tag, "strangers", {"minute": "1800000060", "count": "3"}),
    ]
    assert verify(rows) == []


async def test_two_replicas_sweep_each_minute_once(store: Store, clock: Clock) -> None:
    await store.audit.write(REFUSED)
    clock.passes(60)
    assert sorted(await asyncio.gather(store.audit.sweep_refusals(), store.audit.sweep_refusals())) == [0, 1]


async def test_a_row_changed_by_hand_is_found(store: Store) -> None:
    for n in range(3):
        await store.audit.write(Audited("a:b:c", ANA, (("n", str(n)),)))
    async with store.database.write("by hand") as conn:
        await conn.execute(update(AUDIT).where(AUDIT.c.seq == 2).values(detail=json.dumps([["n", "9"]])))
    assert [finding.seq for finding in verify([row async for row in store.audit.rows()])] == [2]
