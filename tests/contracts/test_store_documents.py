"""Versioned policies, and sealed documents of adapters."""

import asyncio

import pytest
from sqlalchemy import select, update

from bot.conversation.interfaces import Lost
from bot.platform.keyring import Tampered
from store.open import Store
from store.tables import SEALED
from tests.kit.stores import Clock

PLAIN = "xoxb-planted-token"


async def test_there_is_no_policy_before_the_first(store: Store) -> None:
    assert await store.policies.current() is None


async def test_each_version_follows_the_one_it_expected(store: Store) -> None:
    assert await store.policies.save('{"a": 1}', "demo:adam", 0) == 1
    assert await store.policies.save('{"a": 2}', "demo:adam", 1) == 2
    assert await store.policies.current() == (2, '{"a": 2}')
    rows = [row async for row in store.audit.rows() if row.tag != "record:set:sealed"]
    assert [(row.tag, row.subject, dict(row.detail)) for row in rows] == [
        ("policy:document:saved", "demo:adam", {"old": "0", "new": "1"}),
        ("policy:document:saved", "demo:adam", {"old": "1", "new": "2"}),
    ]


@pytest.mark.parametrize("expected", [0, 2])
async def test_a_change_of_another_version_is_lost(store: Store, expected: int) -> None:
    await store.policies.save("{}", "demo:adam", 0)
    with pytest.raises(Lost):
        await store.policies.save('{"late": 1}', "demo:eve", expected)
    assert await store.policies.current() == (1, "{}")
    assert [row.tag async for row in store.audit.rows()] == ["record:set:sealed", "policy:document:saved"]


async def test_of_many_changes_at_once_one_is_made(store: Store) -> None:
    tries = (store.policies.save(f'{{"n": {n}}}', "demo:adam", 0) for n in range(8))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(map(str, results)) == [""] * 7 + ["1"]
    assert [row.tag async for row in store.audit.rows()] == ["record:set:sealed", "policy:document:saved"]


async def test_a_document_comes_back_until_it_is_dropped(store: Store) -> None:
    document = {"token": PLAIN, "scopes": ["chat:write"], "ü": None}
    await store.vault.put("slack", "T1", document)
    assert await store.vault.get("slack", "T1") == document
    assert await store.vault.get("teams", "T1") is None
    await store.vault.put("slack", "T1", {"token": "newer"})
    assert await store.vault.get("slack", "T1") == {"token": "newer"}
    await store.vault.drop("slack", "T1")
    await store.vault.drop("slack", "T1")
    assert await store.vault.get("slack", "T1") is None


async def test_a_folder_is_listed_oldest_first(store: Store, clock: Clock) -> None:
    for name in ("b", "a", "c"):
        await store.vault.put("slack", name, {"name": name})
        clock.passes(1)
    await store.vault.put("slack", "b", {"name": "b, newer"})
    await store.vault.put("teams", "z", {})
    assert list((await store.vault.all("slack")).items()) == [
        ("b", {"name": "b, newer"}),
        ("a", {"name": "a"}),
        ("c", {"name": "c"}),
    ]


async def test_no_document_stands_in_the_database_in_plain(store: Store) -> None:
    await store.vault.put("slack", "T1", {"token": PLAIN})
    async with store.database.read() as conn:
        assert PLAIN.encode() not in (await conn.execute(select(SEALED))).one().document


async def test_a_document_moved_by_hand_does_not_open(store: Store) -> None:
    await store.vault.put("slack", "T1", {"token": PLAIN})
    async with store.database.write("by hand") as conn:
        await conn.execute(update(SEALED).values(name="T2"))
    with pytest.raises(Tampered):
        await store.vault.get("slack", "T2")
