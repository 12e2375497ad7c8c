"""A transaction is all or nothing, whoever is cancelled or killed meanwhile; the tables are as the migrations make them."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
import pytest_asyncio
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

import store.notifications
from bot.platform.clock import World
from bot.platform.errors import Unavailable
from bot.platform.job_outbox import Sent
from bot.platform.keyring import Keys
from bot.platform.revisions import Tables
from store.database import JOB, Database
from store.migrate import configured, migrate, tables
from store.open import Store, open_store
from store.tables import MARK
from tests.kit.postgres import free_port
from tests.kit.tiny import ANA, CONVERSATION, PAGE, At, chat, claimed, idle, linked, settled

ROW = {"name": "planted-name", "at": 1.0}


class Killed(BaseException):
    """The process is gone."""


@pytest_asyncio.fixture
async def replica(database_url: str, world: World, keys: Keys) -> AsyncIterator[Store]:
    """Another one, over the same database."""
    opened_ = await open_store(database_url, world, keys)
    yield opened_
    await opened_.close()


async def written(database: Database) -> list[str]:
    async with database.read() as conn:
        return list(await conn.scalars(select(MARK.c.name)))


async def twice(database: Database) -> None:
    async with database.write("twice") as conn:
        for _ in range(2):
            await conn.execute(insert(MARK), ROW)


async def test_a_fault_inside_leaves_nothing(store: Store) -> None:
    with pytest.raises(IntegrityError):
        await twice(store.database)
    assert await written(store.database) == []


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.003, 0.01])
async def test_a_cancelled_transaction_leaves_nothing_and_blocks_nobody(store: Store, seconds: float) -> None:
    async def slowly() -> None:
        async with store.database.write("slow") as conn:
            for n in range(1000):
                await conn.execute(insert(MARK), {"name": str(n), "at": 1.0})

    task = asyncio.create_task(slowly())
    await asyncio.sleep(seconds)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await written(store.database) == []
    async with asyncio.timeout(5), store.database.write("next") as conn:
        await conn.execute(insert(MARK), ROW)
    assert await written(store.database) == [ROW["name"]]


async def test_cancelled_while_another_process_writes_it_does_not_begin_later(store: Store, replica: Store) -> None:
    async def waits() -> None:
        async with store.database.write("waits") as conn:
            await conn.execute(insert(MARK), ROW)

    async with replica.database.write("holds") as conn:
        await conn.execute(insert(MARK), ROW)
        task = asyncio.create_task(waits())
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.sleep(0.05)
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), replica.database.write("next") as conn:
        await conn.execute(insert(MARK), {"name": "next", "at": 1.0})


@pytest.mark.parametrize(("point", "left"), [("before kill", []), ("after kill", [ROW["name"]])])
async def test_killed_before_it_began_or_after_it_was_written(database_url: str, point: str, left: list[str]) -> None:
    seen: list[str] = []

    def dies(name: str) -> None:
        seen.append(name)
        if name == point:
            raise Killed

    database = Database.open(database_url, dies)
    with pytest.raises(Killed):
        async with database.write("kill") as conn:
            await conn.execute(insert(MARK), ROW)
    assert await written(database) == left
    async with database.write("next") as conn:
        await conn.execute(insert(MARK), {"name": "next", "at": 1.0})
    assert seen == [*(["before kill", "after kill"][: seen.index(point) + 1]), "before next", "after next"]
    await database.close()


async def test_no_error_shows_a_value(store: Store) -> None:
    with pytest.raises(IntegrityError) as caught:
        await twice(store.database)
    assert "hidden" in str(caught.value)
    assert "1.0" not in str(caught.value)


async def test_reads_do_not_wait_for_a_writer_and_see_nothing_unfinished(store: Store) -> None:
    async with store.database.write("slow") as conn:
        await conn.execute(insert(MARK), ROW)
        assert await written(store.database) == []
    assert await written(store.database) == [ROW["name"]]


async def test_two_replicas_claim_each_turn_once(store: Store, replica: Store) -> None:
    for n in range(1, 11):
        await idle(store, n)
    both = (store.conversations, replica.conversations)
    claims = await asyncio.gather(*(c.claim(chat(n).id, 1, f"ana-{n}") for n in range(1, 11) for c in both))
    assert sorted(claim.conversation for claim in claims if claim) == sorted(f"convo-{n}" for n in range(1, 11))


async def test_two_replicas_write_side_by_side(store: Store, replica: Store) -> None:
    hits = await asyncio.gather(*(s.records.hit("k", 5, 60.0) for _ in range(20) for s in (store, replica)))
    assert sum(hit.allowed for hit in hits) == 5


# SQLite alone -----------------------------------------------------------------------------------------------------------


async def test_sqlite_is_set_up_as_it_should_be(sqlite: str) -> None:
    database = Database.open(sqlite)
    async with database.write("look") as conn:
        pragmas = [
            (await conn.execute(text(f"pragma {name}"))).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["wal", 1, 1]
    async with database.read() as conn:
        with pytest.raises(OperationalError, match="readonly"):
            await conn.execute(insert(MARK), ROW)
    await database.close()


def test_a_fresh_sqlite_file_has_its_journal_before_anybody_opens_it(migrated: Path) -> None:
    """Once, the first reader and the first writer both set it, and one of them was told that the database is locked."""
    with closing(sqlite3.connect(migrated)) as file:
        assert file.execute("pragma journal_mode").fetchone() == ("wal",)


async def test_a_path_with_a_blank_and_a_percent_sign_is_a_path(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/50 %25 done.db"
    await migrate(url)
    assert await tables(url) is Tables.SAME


async def test_a_database_that_isnt_there_is_no_fault_of_ours() -> None:
    with pytest.raises(Unavailable, match="ConnectionRefusedError"):
        await tables(f"postgresql://postgres@127.0.0.1:{free_port()}/unlatch")


# Migrations -------------------------------------------------------------------------------------------------------------


async def test_tables_are_declared_as_the_migrations_make_them(database_url: str) -> None:
    await asyncio.to_thread(command.check, configured(database_url))


@pytest.mark.long
async def test_migrations_go_back_and_several_replicas_may_go_forth_at_once(database_url: str) -> None:
    assert await tables(database_url) is Tables.SAME
    await asyncio.to_thread(command.downgrade, configured(database_url), "base")
    assert await tables(database_url) is Tables.OLDER
    migrating = "import asyncio, sys; from store.migrate import migrate; asyncio.run(migrate(sys.argv[1]))"
    replicas = [await asyncio.create_subprocess_exec(sys.executable, "-c", migrating, database_url) for _ in range(3)]
    assert [await replica.wait() for replica in replicas] == [0, 0, 0]
    assert await tables(database_url) is Tables.SAME


def test_each_migration_says_from_which_revision_older_code_works_beside_it() -> None:
    """The first one that could is 0006, since code before it doesn't ask."""
    for revision in ScriptDirectory.from_config(configured("sqlite://")).walk_revisions():
        if revision.revision >= "0006":
            assert "0001" <= revision.module.usable_from <= revision.revision, revision.path


# PostgreSQL alone -------------------------------------------------------------------------------------------------------


async def test_replicas_hear_what_moved(postgres: str, world: World, keys: Keys) -> None:
    store = await open_store(postgres, world, keys)
    async with listeners(postgres) as heard:
        await idle(store)
        assert await heard.get() == CONVERSATION
        await settled(store, linked())
        assert await heard.get() == CONVERSATION
        busy = await claimed(store)
        await store.conversations.bind(PAGE, "b" * 64, "Firefox")
        assert await heard.get() == CONVERSATION
        work = [Sent("code", ANA, ()), Sent("notice", ANA, ())]
        await store.conversations.settle(busy, At(), None, work, closed=True, wake_in=None)
        assert [await heard.get(), await heard.get()] == [CONVERSATION, JOB]
    await store.close()


async def test_a_listener_that_was_cut_off_listens_again(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.notifications, "AGAIN", 0.01)
    database = Database.open(postgres)
    async with listeners(postgres) as heard:
        async with database.read() as conn:
            await conn.execute(text("select pg_terminate_backend(pid) from pg_stat_activity where query like 'LISTEN%'"))
        await tell_until_heard(database, heard, "again")
    await database.close()


@asynccontextmanager
async def listeners(url: str) -> AsyncIterator[asyncio.Queue[str]]:
    """What is heard, once somebody really listens."""
    database, heard = Database.open(url), asyncio.Queue[str]()
    task = asyncio.create_task(database.listen(heard.put_nowait))
    async with asyncio.timeout(20):
        await tell_until_heard(database, heard, "anybody there?")
        yield heard
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.close()


async def tell_until_heard(database: Database, heard: asyncio.Queue[str], word: str) -> None:
    while heard.empty():
        async with database.read() as conn:
            await conn.execute(text("select pg_notify('unlatch', :word)"), {"word": word})
        await asyncio.sleep(0.05)
    assert await heard.get() == word
    while not heard.empty():
        heard.get_nowait()
