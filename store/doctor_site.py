"""What a doctor may look at in this store, changing nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text

from bot.directory.interfaces import Directory, close
from bot.policy.current import Policies
from bot.policy.policy import Policy
from store.migrate import up_to_date
from store.open import Store

CLOCKS = {
    "sqlite": text("SELECT (julianday('now') - 2440587.5) * 86400.0"),  # 2440587.5: the epoch as a Julian day
    "postgresql": text("SELECT extract(epoch FROM clock_timestamp())::float"),
}


@dataclass(frozen=True)
class StoredSite:
    """`url` holds the database's password, so it is shown nowhere."""

    url: str
    store: Store
    policies: Policies
    directories: Mapping[str, Directory]

    async def migrated(self) -> bool:
        """Whether the tables are as this version wants them."""
        return await up_to_date(self.url)

    async def clock(self) -> float:
        """The database's own; SQLite's is this machine's."""
        async with self.store.database.read() as conn:
            return float((await conn.execute(CLOCKS[conn.dialect.name])).scalar_one())

    async def is_demo(self) -> bool:
        """Whether this is a demo store."""
        return await self.store.flags.is_demo()

    async def policy(self) -> Policy:
        """The rules in force, read anew."""
        return await self.policies.current()

    async def close(self) -> None:
        """Connections are given back."""
        await close(self.directories.values())
        await self.store.close()
