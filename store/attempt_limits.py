"""Attempts, counted by one atomic statement each before anything is compared."""

from dataclasses import dataclass

from sqlalchemy import Float, Integer, bindparam, case, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.platform.clock import World
from bot.platform.counters import Hit
from store.database import Database, upsert
from store.tables import COUNTER

n, until = COUNTER.c.n, COUNTER.c.until
NOW, LIMIT, LATER = bindparam("now_", type_=Float), bindparam("limit_", type_=Integer), bindparam("later_", type_=Float)

_first = upsert(COUNTER).values(key=bindparam("key_"), n=1, until=LATER)
HIT = _first.on_conflict_do_update(
    index_elements=["key"],
    set_={
        "n": case((until <= NOW, 1), else_=n + 1),
        "until": case((or_(until <= NOW, n >= LIMIT), LATER), else_=until),
    },
).returning(n, until)
AMOUNT, FIRST = bindparam("amount_", type_=Integer), bindparam("first_", type_=Integer)
_begun = upsert(COUNTER).values(key=bindparam("key_"), n=FIRST, until=LATER)
CHARGE = _begun.on_conflict_do_update(
    index_elements=["key"],
    set_={"n": case((until <= NOW, FIRST), else_=n + AMOUNT), "until": case((until <= NOW, LATER), else_=until)},
    where=or_(until <= NOW, n + AMOUNT <= LIMIT),
).returning(n)
_whole = upsert(COUNTER).values(key=bindparam("key_"), n=LIMIT, until=LATER)
EXHAUST = _whole.on_conflict_do_update(index_elements=["key"], set_={"n": case((n > LIMIT, n), else_=LIMIT), "until": LATER})
FULL = select(until).where(COUNTER.c.key == bindparam("key_"), until > NOW, n >= LIMIT)
COUNTED = select(n).where(COUNTER.c.key == bindparam("key_"), until > NOW)


@dataclass(frozen=True)
class StoredLimits:
    """Allowances. A fault of the database reaches the caller, so nothing is allowed by mistake."""

    database: Database
    world: World

    async def hit(self, key: str, limit: int, seconds: float) -> Hit:
        now = self.world.now()
        async with self.database.write("hit") as conn:
            wanted = {"key_": key, "limit_": limit, "now_": now, "later_": now + seconds}
            tries, again_at = (await conn.execute(HIT, wanted)).one()
        return Hit(allowed=tries <= limit, again_at=again_at, count=tries)

    async def charge(self, key: str, amount: int, limit: int, seconds: float) -> bool:
        async with self.database.write("charge") as conn:
            return await charged(conn, key, amount, limit, self.world.now(), seconds)

    async def counted(self, key: str) -> int:
        async with self.database.read() as conn:
            return int(await conn.scalar(COUNTED, {"key_": key, "now_": self.world.now()}) or 0)

    async def full(self, key: str, limit: int) -> float:
        async with self.database.read() as conn:
            return float(await conn.scalar(FULL, {"key_": key, "limit_": limit, "now_": self.world.now()}) or 0.0)

    async def exhaust(self, key: str, limit: int, seconds: float) -> None:
        async with self.database.write("exhaust") as conn:
            await conn.execute(EXHAUST, {"key_": key, "limit_": limit, "later_": self.world.now() + seconds})


async def charged(conn: AsyncConnection, key: str, amount: int, limit: int, now: float, seconds: float) -> bool:
    """Inside a transaction of the caller's."""
    if amount > limit:
        return False  # a first charge has no row to be compared with
    wanted = {"key_": key, "amount_": amount, "first_": max(amount, 0), "limit_": limit, "now_": now, "later_": now + seconds}
    return (await conn.execute(CHARGE, wanted)).first() is not None
