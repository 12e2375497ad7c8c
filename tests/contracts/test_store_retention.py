"""What has had its time is forgotten, what must be kept never is, and nobody waits for either."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, text

import store.retention
from bot.accounts.interfaces import Outcome
from bot.conversation.lifetimes import LIFETIME
from bot.engine.nightly import Nightly
from bot.platform.clock import World
from bot.platform.ids import Action, GrantId, SubjectId
from bot.platform.keyring import Keys
from bot.settings.retention import DEFAULTS
from store.case_rows import CASE
from store.event_rows import HEARD
from store.open import Store, open_store
from store.tables import AUDIT, CONVERSATION, FREEZE, GRANT, KNOWN_BROWSER, METHOD, OPERATION, PROOF, WINDOW
from tests.kit.signing import as_ours
from tests.kit.stores import Clock
from tests.kit.tiny import ANA

DAY = 86400.0
BEN = SubjectId("demo:ben")


async def count(store: Store, table: Table) -> int:
    async with store.database.read() as conn:
        return int(await conn.scalar(select(func.count()).select_from(table)) or 0)


async def put(store: Store, table: Table, *rows: dict[str, Any]) -> None:
    async with store.database.write("by hand") as conn:
        await conn.execute(insert(table), list(rows))


async def dialog(store: Store, clock: Clock, n: int, outcome: Outcome | None, subject: SubjectId = ANA, **more: Any) -> None:
    """One that is over since now, with a window and a proof, and a grant that became an operation."""
    expires = clock.now
    row = {
        "event": f"e{n}",
        "turn": 3,
        "claim": 3,
        "held": 0,
        "due_at": None,
        "opened_at": expires - LIFETIME,
        "opened_in": "page",
    }
    row |= {"expires_at": expires, "nudges": 0, "seen": 0, "moves": 0, "step": "{}", "first": "{}", "origin": "linked"}
    await put(store, CONVERSATION, {"id": f"c{n}", "language": "en", **row, **more})
    window = {"kind": "page", "address": "", "browser": "b", "label": "Firefox", "bound_at": expires, "link_expires": expires}
    await put(store, WINDOW, {"id": f"w{n}", "conversation": f"c{n}", **window})
    if outcome is None:
        return
    what = {"action": "reset", "subject": subject}
    proof = {"kind": "totp", "window": f"w{n}", "at": expires, "challenge": f"ch{n}", "step": 0, "mac": "m", "grant": f"g{n}"}
    await put(store, PROOF, {"id": f"p{n}", "conversation": f"c{n}", **what, **proof})
    given = {"proofs": json.dumps([f"p{n}"]), "expires": expires, "mac": "m", "void": False}
    await put(store, GRANT, {"id": f"g{n}", "conversation": f"c{n}", **what, **given})
    await put(
        store, OPERATION, {"grant": f"g{n}", **what, "outcome": outcome, "mark": f"{n}", "after": f"{n + 1}", "at": expires}
    )


async def left(store: Store, table: Table = CONVERSATION) -> list[str]:
    async with store.database.read() as conn:
        return sorted(await conn.scalars(select(table.c[0])))


async def test_a_dialog_that_led_to_a_right_goes_with_all_that_hangs_on_it_and_the_account_keeps_its_newest_change(
    store: Store, clock: Clock
) -> None:
    for n in range(3):
        await dialog(store, clock, n, Outcome.CHANGED)
        clock.passes(60)
    await dialog(store, clock, 3, Outcome.REJECTED)
    clock.passes(90 * DAY - 150)  # the first one has had its time, by half a minute
    await store.retention.forget()
    assert await left(store) == ["c1", "c2", "c3"]
    clock.passes(2 * DAY)
    await store.retention.forget()
    assert (await left(store), await left(store, GRANT), await left(store, OPERATION)) == (["c2"], ["g2"], ["g2"])
    assert await left(store, PROOF) == ["p2"]
    last = await store.operations.last(ANA, Action.RESET)
    assert last
    assert last.grant == GrantId("g2")


@pytest.mark.parametrize("outcome", [Outcome.INTENDED, Outcome.UNCONFIRMED, Outcome.MOVED], ids=str)
async def test_a_change_that_nobody_knows_the_end_of_is_kept(store: Store, clock: Clock, outcome: Outcome) -> None:
    await dialog(store, clock, 1, outcome)
    clock.passes(400 * DAY)
    await store.retention.forget()
    assert await left(store) == ["c1"]


async def test_what_is_open_is_kept_however_old(store: Store, clock: Clock) -> None:
    """A conversation that couldn't end, an open case and its caller's, and a change that another kind of change followed."""
    await dialog(store, clock, 1, Outcome.REJECTED, due_at=clock.now)
    await dialog(store, clock, 2, Outcome.REJECTED)
    case = {"subject": ANA, "agent": "demo:eva", "watcher": "c9", "action": "reset", "reason": "", "ticket": "", "at": clock.now}
    await put(store, CASE, {"id": "k1", "caller": "c2", "ended": "", "ended_at": 0.0, **case})
    await put(store, CASE, {"id": "k2", "caller": "c8", "ended": "reset.done", "ended_at": clock.now, **case})
    clock.passes(400 * DAY)
    await store.retention.forget()
    assert (await left(store), await left(store, CASE)) == (["c1", "c2"], ["k1"])


async def test_freezes_methods_and_counters_in_their_time_are_kept(store: Store, clock: Clock) -> None:
    await put(store, FREEZE, {"subject": ANA, "until": clock.now + 500 * DAY}, {"subject": BEN, "until": clock.now})
    method = {"kind": "totp", "secret": b"x", "registered_at": clock.now, "last_step": 0, "proved_at": 0.0}
    await put(store, METHOD, {"id": "m1", "subject": ANA, "usable_from": clock.now + DAY, **method})
    await store.records.hit("year", 1, 365 * DAY)
    await put(store, HEARD, {"event": "new", "at": clock.now + 364 * DAY}, {"event": "old", "at": clock.now})
    clock.passes(364.5 * DAY)
    await store.retention.sweep()
    await store.retention.forget()
    assert (await left(store, FREEZE), await left(store, METHOD)) == ([ANA, BEN], ["m1"])
    assert await store.records.counted("year") == 1
    assert await left(store, HEARD) == ["new"]


async def test_windows_go_sooner_than_what_was_done_in_them_and_browsers_with_their_cookie(store: Store, clock: Clock) -> None:
    await dialog(store, clock, 1, Outcome.CHANGED)
    async with as_ours(store, ANA) as conn:
        about = {"subject": ANA, "label": "Firefox"}
        await conn.execute(
            insert(KNOWN_BROWSER), [{**about, "browser": b, "at": clock.now + at} for b, at in (("a", 0), ("b", 9 * DAY))]
        )
    clock.passes(8 * DAY)
    await store.retention.forget()
    assert (await left(store, WINDOW), await left(store)) == ([], ["c1"])
    clock.passes(173 * DAY)
    await store.retention.forget()
    async with store.database.read() as conn:
        assert list(await conn.scalars(select(KNOWN_BROWSER.c.browser))) == ["b"]
    assert [known.browser for known in await store.records.browsers(ANA)] == ["b"]  # and its set is as we left it


async def test_many_go_in_small_transactions_and_whoever_writes_meanwhile_gets_in_between(
    database_url: str, world: World, keys: Keys, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.retention, "BATCH", 10)
    points: list[str] = []
    house = await open_store(database_url, world, keys, points.append, replace_days(letters=1))
    for n in range(35):
        await dialog(house, clock, n, None if n % 2 else Outcome.REJECTED, BEN)
    clock.passes(91 * DAY)
    points.clear()

    async def writes_on() -> int:
        for n in range(5):
            await house.records.hit(f"k{n}", 1, 60.0)
            await asyncio.sleep(store.retention.PAUSE)
        return points.count("after forget dialogs") + points.count("after forget windows")

    _, between = await asyncio.gather(house.retention.sweep(), writes_on())
    await house.retention.forget()
    assert await left(house) == []
    assert points.count("after forget dialogs") == 2  # 17 of them, the last page too small for another look
    assert points.count("after forget changes") == 2
    assert between < 2 + 4
    await house.close()


def replace_days(**days: int) -> Any:
    return DEFAULTS.model_copy(update=days)


async def test_how_much_was_deleted_is_in_the_audit_and_nothing_is_where_there_was_nothing(store: Store, clock: Clock) -> None:
    await store.retention.forget()
    assert await count(store, AUDIT) == 0
    await dialog(store, clock, 1, Outcome.REJECTED)
    clock.passes(91 * DAY)
    await store.retention.forget()
    rows = [row async for row in store.audit.rows()]
    assert [(row.tag, dict(row.detail)) for row in rows] == [("retention:records:deleted", {"windows": "1", "changes": "1"})]


async def test_the_night_is_one_replicas_and_comes_once(store: Store, world: World, clock: Clock) -> None:
    done: list[str] = []

    async def works() -> None:
        done.append("work")

    async def fails() -> None:
        raise RuntimeError

    replicas = [Nightly([fails, works], store.records.once, world, hour=3) for _ in range(2)]
    assert sorted(await asyncio.gather(*(replica.tonight() for replica in replicas))) == [False, True]
    clock.passes(12 * 3600)
    clock.passes(12 * 3600)
    assert [await replica.tonight() for replica in replicas] == [True, False]
    assert done == ["work", "work"]


async def test_an_accounts_newest_change_is_found_without_walking_through_everybodys(store: Store) -> None:
    """Once, it was looked for by time: 15.6 ms where others had made 100,000 changes."""
    statement = "SELECT * FROM operation WHERE subject = 'demo:ana' AND action = 'reset' ORDER BY at DESC LIMIT 1"
    async with store.database.read() as conn:
        sqlite = conn.dialect.name == "sqlite"
        if not sqlite:
            await conn.execute(text("SET enable_seqscan = off"))  # a table without rows is read in whole
        rows: Sequence[Any] = (await conn.execute(text(f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{statement}"))).all()
    plan = " ".join(str(row[-1]) for row in rows)
    assert "ix_operation_subject_at" in plan
    async with store.database.read() as conn:
        asked = "SELECT name FROM sqlite_master" if sqlite else "SELECT indexname FROM pg_indexes"
        assert "ix_operation_at" not in list(await conn.scalars(text(asked)))
