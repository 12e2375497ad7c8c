"""A database that can't be had, or can't be written, is told apart from a fault of ours, in time, and works again by itself."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from bot.platform.errors import Unavailable
from store.availability import is_away
from store.database import Database
from store.open import Store

pytestmark = pytest.mark.service


@pytest.fixture
def database_url(postgres: str) -> str:
    """PostgreSQL alone: it is the one that fails over, freezes and is cut off."""
    return postgres


@asynccontextmanager
async def admin(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection beside ours."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def test_connections_that_were_cut_are_never_handed_out(store: Store, postgres: str) -> None:
    await asyncio.gather(*(store.flags.is_demo() for _ in range(10)))
    async with admin(postgres) as beside:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        assert len(await beside.fetch(cut)) > 1
    await asyncio.gather(*(store.flags.is_demo() for _ in range(10)))
    await store.flags.writable()


async def test_a_copy_that_nobody_may_write_is_not_ready_and_is_again_when_it_is(store: Store, postgres: str) -> None:
    """As after a failover: reads go on."""
    await store.flags.writable()
    async with admin(postgres) as beside:
        name = await beside.fetchval("SELECT current_database()")
        await beside.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    await store.database.close()
    assert not await store.flags.is_demo()
    with pytest.raises(Unavailable, match="25006"):
        await store.flags.writable()
    with pytest.raises(Unavailable):
        await store.records.hit("key", 5, 60.0)
    async with admin(postgres) as beside:
        await beside.execute("SET default_transaction_read_only = off")
        await beside.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
    await store.database.close()
    await store.flags.writable()


async def test_what_waits_for_somebody_elses_lock_ends(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.database.ANSWER", 0.2)
    database = Database.open(postgres)
    async with admin(postgres) as beside, beside.transaction():
        await beside.execute("LOCK TABLE mark")
        with pytest.raises(Unavailable, match=r"55P03|57014"):
            async with database.read() as conn:
                await conn.exec_driver_sql("SELECT 1 FROM mark")
    await database.close()


async def test_a_server_that_isnt_there_is_away_and_nobodys_fault() -> None:
    database = Database.open("postgresql://nobody@127.0.0.1:9/none")
    with pytest.raises(Unavailable):
        async with database.read():
            pass
    await database.close()


def test_sqlites_own_words_for_it() -> None:
    for code, away in (("SQLITE_FULL", True), ("SQLITE_BUSY", True), ("SQLITE_READONLY", True), ("SQLITE_CONSTRAINT", False)):
        fault = sqlite3.OperationalError()
        fault.sqlite_errorcode = getattr(sqlite3, code)
        assert is_away(fault) is away, code
