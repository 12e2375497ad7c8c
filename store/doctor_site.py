"""What a doctor may look at in this store, changing nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.directory.interfaces import Directory, close
from bot.platform.dead_letters import Waiting
from bot.platform.ids import SubjectId
from bot.platform.revisions import Tables
from bot.policy.current import Policies
from bot.policy.policy import Policy
from store.clock import database_now
from store.migrate import tables
from store.open import Store


@dataclass(frozen=True)
class StoredSite:
    """`url` holds the database's password, so it is shown nowhere."""

    url: str
    store: Store
    policies: Policies
    directories: Mapping[str, Directory]

    async def tables(self) -> Tables:
        """How the tables are, for this version."""
        return await tables(self.url)

    async def clock(self) -> float:
        """The database's own; SQLite's is this machine's."""
        return await database_now(self.store.database)

    async def is_demo(self) -> bool:
        """Whether this is a demo store."""
        return await self.store.flags.is_demo()

    async def policy(self) -> Policy:
        """The rules in force, read anew."""
        return await self.policies.current()

    async def waiting(self) -> Waiting:
        """How the outbox is."""
        return await self.store.jobs.waiting()

    async def registered(self, subject: SubjectId) -> bool:
        """Whether this account's person has registered anything."""
        return bool(await self.store.records.methods(subject))

    async def close(self) -> None:
        """Connections are given back."""
        await close(self.directories.values())
        await self.store.close()
