"""Attempts, counted by one atomic statement each before anything is compared."""

from dataclasses import dataclass

from sqlalchemy import Float, Integer, bindparam, case, delete, or_

from bot.identity.records import Hit
from bot.world import World
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
_whole = upsert(COUNTER).values(key=bindparam("key_"), n=LIMIT, until=LATER)
EXHAUST = _whole.on_conflict_do_update(index_elements=["key"], set_={"n": case((n > LIMIT, n), else_=LIMIT), "until": LATER})
OVER = delete(COUNTER).where(until <= NOW)


@dataclass(frozen=True)
class Limits:
    """Allowances. A fault of the database reaches the caller, so nothing is allowed by mistake."""

    database: Database
    world: World

    async def hit(self, key: str, limit: int, seconds: float) -> Hit:
        now = self.world.now()
        async with self.database.write("hit") as conn:
            wanted = {"key_": key, "limit_": limit, "now_": now, "later_": now + seconds}
            tries, again_at = (await conn.execute(HIT, wanted)).one()
        return Hit(allowed=tries <= limit, again_at=again_at)

    async def exhaust(self, key: str, limit: int, seconds: float) -> None:
        async with self.database.write("exhaust") as conn:
            await conn.execute(EXHAUST, {"key_": key, "limit_": limit, "later_": self.world.now() + seconds})

    async def sweep(self) -> None:
        """Forget what is over; it counts no more."""
        async with self.database.write("sweep limits") as conn:
            await conn.execute(OVER, {"now_": self.world.now()})
