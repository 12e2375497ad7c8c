"""Allowances count before anything is compared, and what people registered is sealed."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.identity.registered import Registered
from bot.platform.counters import Hit
from bot.platform.ids import Kind, MethodId, SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from store.open import Store
from store.tables import COUNTER, METHOD
from tests.kit.kinds import EMAIL, SMS, TOTP
from tests.kit.stores import Clock
from tests.kit.tiny import ANA

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def method(id: str = "m-1", at: float = 1.25, kind: Kind = TOTP) -> Registered:
    return Registered(MethodId(id), ANA, kind, Secret(SECRET), at, at + 86400.0, 7)


async def test_forty_at_once_get_five(store: Store) -> None:
    hits = await asyncio.gather(*(store.records.hit("code:ana", 5, 60.0) for _ in range(40)))
    assert sum(hit.allowed for hit in hits) == 5


async def test_a_window_begins_with_the_first_attempt_and_is_not_moved_by_allowed_ones(store: Store, clock: Clock) -> None:
    end = clock.now + 60
    for _ in range(3):
        assert await store.records.hit("k", 3, 60.0) == Hit(allowed=True, again_at=end)
        clock.passes(10)


async def test_the_attempt_that_passes_the_limit_and_each_one_after_it_move_the_end(store: Store, clock: Clock) -> None:
    for _ in range(3):
        await store.records.hit("k", 3, 60.0)
    for _ in range(3):
        clock.passes(59)
        assert await store.records.hit("k", 3, 60.0) == Hit(allowed=False, again_at=clock.now + 60)
    clock.passes(60)
    assert await store.records.hit("k", 3, 60.0) == Hit(allowed=True, again_at=clock.now + 60)


async def test_a_window_that_is_over_begins_anew_with_the_whole_allowance(store: Store, clock: Clock) -> None:
    for _ in range(2):
        for _ in range(3):
            assert (await store.records.hit("k", 3, 60.0)).allowed
        clock.passes(60)


async def test_no_allowance_allows_nothing(store: Store) -> None:
    assert not (await store.records.hit("k", 0, 60.0)).allowed


async def test_allowances_do_not_know_each_other(store: Store) -> None:
    assert not (await store.records.hit("one", 0, 60.0)).allowed
    assert (await store.records.hit("two", 1, 60.0)).allowed


async def test_a_used_up_allowance_comes_back_when_its_time_is_over(store: Store, clock: Clock) -> None:
    await store.records.hit("k", 3, 600.0)
    await store.records.exhaust("k", 3, 60.0)
    clock.passes(59)
    assert await store.records.hit("k", 3, 60.0) == Hit(allowed=False, again_at=clock.now + 60)
    clock.passes(60)
    assert (await store.records.hit("k", 3, 60.0)).allowed


async def test_an_allowance_that_nobody_had_begun_can_be_used_up(store: Store) -> None:
    await store.records.exhaust("k", 3, 60.0)
    assert not (await store.records.hit("k", 3, 60.0)).allowed


async def test_a_sweep_forgets_what_counts_no_more_and_nothing_else(store: Store, clock: Clock) -> None:
    await store.records.hit("short", 1, 60.0)
    await store.records.hit("long", 1, 120.0)
    clock.passes(60)
    await store.sweep()
    async with store.database.read() as conn:
        assert list(await conn.scalars(select(COUNTER.c.key))) == ["long"]


async def test_methods_come_back_in_the_order_of_registration(store: Store) -> None:
    for id, at, kind in (("m-b", 2.0, SMS), ("m-a", 3.0, EMAIL), ("m-c", 1.0, TOTP)):
        await store.records.register(method(id, at, kind))
    found = await store.records.methods(ANA)
    assert [(m.id, m.kind, m.registered_at, m.usable_from, m.last_step) for m in found] == [
        ("m-c", TOTP, 1.0, 86401.0, 7),
        ("m-b", SMS, 2.0, 86402.0, 7),
        ("m-a", EMAIL, 3.0, 86403.0, 7),
    ]
    assert all(m.secret.equals(Secret(SECRET)) for m in found)
    assert await store.records.methods(SubjectId("demo:nobody")) == []


async def test_no_secret_stands_in_the_database(store: Store) -> None:
    await store.records.register(method())
    async with store.database.read() as conn:
        row = (await conn.execute(select(METHOD))).one()
    assert SECRET.encode() not in row.secret
    assert SECRET not in str(row)


@pytest.mark.parametrize("by_hand", [{"subject": "demo:thief"}, {"kind": "email"}, {"usable_from": 0.0}], ids=str)
async def test_a_method_that_was_changed_by_hand_does_not_open(store: Store, by_hand: dict[str, object]) -> None:
    await store.records.register(method())
    async with store.database.write("by hand") as conn:
        await conn.execute(update(METHOD).values(by_hand))
    assert await store.records.methods(SubjectId(str(by_hand.get("subject", ANA)))) == []


async def test_a_rotated_ring_seals_everything_anew(store: Store, keys: Keys, tmp_path: Path) -> None:
    await store.records.register(method())
    await store.vault.put("teams", "reference", {"id": 1})
    assert await store.reseal(keys) == 0
    newer = Keys.rotate(tmp_path / "ring.json")
    assert await store.reseal(newer) == 3  # a method, the set that it is in, and a document
    assert await store.reseal(newer) == 0
    assert (await store.records.methods(ANA))[0].secret.equals(Secret(SECRET))
    assert await store.vault.get("teams", "reference") == {"id": 1}
