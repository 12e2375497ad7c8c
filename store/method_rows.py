"""Registered methods and freezes: what a turn changes of them, in the transaction that settles."""

from typing import Any, assert_never

from sqlalchemy import CursorResult, and_, bindparam, case, delete, exists, insert, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.interfaces import Lost
from bot.identity.registered import NEVER
from bot.model.drifts import Drifted
from bot.model.facts import Added, Confirmed, Frozen, Removed, UsedUp, Worked
from bot.model.passes import PassMinted
from bot.model.suspensions import Resumed, Suspended
from bot.platform.ids import Action, MethodId
from store.database import upsert
from store.tables import FREEZE, GRANT, METHOD, SUSPENSION

given = bindparam
WORKED = update(METHOD).where(METHOD.c.id == given("method_")).values(proved_at=given("at_"))
STEPPED = WORKED.where(METHOD.c.last_step < given("step_")).values(last_step=given("step_"))
DRIFTED = update(METHOD).where(METHOD.c.id == given("method_")).values(drift=given("steps_"))
SPENT = delete(METHOD).where(METHOD.c.id == given("method_"))
ADDED = insert(METHOD)
ABANDONED = delete(METHOD).where(
    METHOD.c.subject == given("subject_"), METHOD.c.kind == given("kind_"), METHOD.c.usable_from == NEVER
)
RIGHT = exists().where(
    GRANT.c.id == given("grant_"),
    GRANT.c.subject == given("subject_"),
    GRANT.c.void.is_(False),
    GRANT.c.expires > given("now_"),
)
REGISTERING = RIGHT.where(GRANT.c.action == Action.REGISTER.value)
_theirs = and_(METHOD.c.id == given("method_"), METHOD.c.subject == given("subject_"))
CONFIRMED = (
    update(METHOD)
    .where(_theirs, REGISTERING, METHOD.c.usable_from == NEVER)
    .values(secret=given("sealed_"), usable_from=given("from_"), proved_at=given("at_"), last_step=given("step_"))
)
MINTING = (
    update(GRANT)
    .where(
        GRANT.c.id == given("grant_"),
        GRANT.c.subject == given("subject_"),
        GRANT.c.action == Action.MINT.value,
        GRANT.c.case.is_not(None),
        GRANT.c.void.is_(False),
        GRANT.c.expires > given("now_"),
    )
    .values(void=True)
)
REPLACED = delete(METHOD).where(METHOD.c.subject == given("subject_"), METHOD.c.kind == given("kind_"))
REMOVED = delete(METHOD).where(_theirs, RIGHT.where(GRANT.c.action.in_([Action.REGISTER.value, Action.DISOWN.value])))
_suspended = upsert(SUSPENSION)
_lasts = or_(SUSPENSION.c.until == 0, _suspended.excluded.until == 0)
_later = case(
    (_lasts, 0.0), (_suspended.excluded.until > SUSPENSION.c.until, _suspended.excluded.until), else_=SUSPENSION.c.until
)
SUSPENDED = _suspended.on_conflict_do_update(index_elements=["subject", "method"], set_={"until": _later})
FORGOTTEN = delete(SUSPENSION).where(SUSPENSION.c.method == given("method_"), SUSPENSION.c.subject == given("subject_"))
RESUMED = FORGOTTEN.where(REGISTERING)
_frozen = upsert(FREEZE)
_longer = case(
    (or_(_frozen.excluded.until == 0, _frozen.excluded.until > FREEZE.c.until), _frozen.excluded.until), else_=FREEZE.c.until
)
FROZEN = _frozen.on_conflict_do_update(index_elements=["subject"], set_={"until": _longer})


async def changed(
    conn: AsyncConnection,
    fact: UsedUp | Added | Confirmed | PassMinted | Worked | Drifted | Removed | Suspended | Resumed,
    now: float,
) -> None:
    match fact:
        case UsedUp():
            must(await conn.execute(SPENT, {"method_": fact.method}), 1)
        case Added():
            await conn.execute(ABANDONED, {"subject_": fact.subject, "kind_": fact.kind})
            await conn.execute(ADDED, _method(fact))
        case Confirmed():
            must(await conn.execute(CONFIRMED, _confirmed(fact, now)), 1)
        case PassMinted():
            must(await conn.execute(MINTING, {"grant_": fact.grant, "subject_": fact.subject, "now_": now}), 1)
            await conn.execute(REPLACED, {"subject_": fact.subject, "kind_": fact.kind})
            if fact.uses:
                await conn.execute(ADDED, [_minted(fact, method, sealed) for method, sealed in fact.uses])
        case Worked():
            must(await worked(conn, fact.method, fact.step, fact.at), 1)
        case Drifted():
            await conn.execute(DRIFTED, {"method_": fact.method, "steps_": fact.steps})
        case Removed():
            must(await conn.execute(REMOVED, _allowed(fact, now)), 1)
            await conn.execute(FORGOTTEN, {"method_": fact.method, "subject_": fact.subject})
        case Suspended():
            for method in fact.methods:
                await conn.execute(SUSPENDED, {"subject": fact.subject, "method": method, "at": fact.at, "until": fact.until})
        case Resumed():
            must(await conn.execute(RESUMED, _allowed(fact, now)), 1)
        case _:
            assert_never(fact)


async def worked(conn: AsyncConnection, method: MethodId, step: int, at: float) -> CursorResult[Any]:
    if step:
        return await conn.execute(STEPPED, {"method_": method, "at_": at, "step_": step})
    return await conn.execute(WORKED, {"method_": method, "at_": at})


async def frozen(conn: AsyncConnection, fact: Frozen) -> None:
    """In the place of one that ends earlier; 0 ends it."""
    await conn.execute(FROZEN, {"subject": fact.subject, "until": fact.until})


def must(done: CursorResult[Any], rows: int) -> None:
    if done.rowcount != rows:
        raise Lost


def _minted(fact: PassMinted, method: MethodId, sealed: bytes) -> dict[str, object]:
    return {**_method(Added(method, fact.subject, fact.kind, sealed, fact.at)), "usable_from": fact.at}


def _method(fact: Added) -> dict[str, object]:
    return {
        "id": fact.method,
        "subject": fact.subject,
        "kind": fact.kind,
        "secret": fact.sealed,
        "registered_at": fact.at,
        "usable_from": NEVER,
        "last_step": 0,
        "proved_at": 0.0,
        "drift": 0,
    }


def _allowed(fact: Confirmed | Removed | Resumed, now: float) -> dict[str, object]:
    return {"method_": fact.method, "subject_": fact.subject, "grant_": fact.grant, "now_": now}


def _confirmed(fact: Confirmed, now: float) -> dict[str, object]:
    return _allowed(fact, now) | {"sealed_": fact.sealed, "from_": fact.usable_from, "at_": fact.at, "step_": fact.step}
