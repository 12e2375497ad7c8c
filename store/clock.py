"""What time it is by the database's own clock."""

from sqlalchemy import text

from bot.platform.clock import SharedClock
from store.database import Database

CLOCKS = {
    "sqlite": text("SELECT (julianday('now') - 2440587.5) * 86400.0"),  # 2440587.5: the epoch as a Julian day
    "postgresql": text("SELECT extract(epoch FROM clock_timestamp())::float"),
}


async def database_now(database: Database) -> float:
    """In seconds since the epoch; SQLite's is this machine's."""
    async with database.read() as conn:
        return float((await conn.execute(CLOCKS[conn.dialect.name])).scalar_one())


async def set_by_database(clock: SharedClock, database: Database) -> None:
    """The quicker of two looks: the first one may have had to connect."""
    looks = []
    for _ in range(2):
        asked = clock.steady()
        there = await database_now(database)
        looks.append((clock.steady() - asked, there, asked))
    took, there, asked = min(looks)
    clock.set(there, asked, asked + took)
