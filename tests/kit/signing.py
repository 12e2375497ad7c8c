"""Rows that a test writes as if we had written them: their sets are signed again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.platform.set_seals import SetKind, SetName
from store.open import Store


@asynccontextmanager
async def as_ours(store: Store, *owners: str, kind: SetKind = SetKind.ACCOUNT) -> AsyncIterator[AsyncConnection]:
    """A transaction that changes the sets of these owners."""
    async with store.database.write("test") as conn:
        changing = await store.sets.begin(conn, *(SetName(kind, owner) for owner in owners or ("",)))
        yield conn
        await changing.end(conn, [], store.records.world.now())
