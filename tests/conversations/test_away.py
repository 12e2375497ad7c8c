"""While the database can't be written, or isn't there, people are told so kindly, nothing is lost, and it goes on by itself."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

import store.database
import store.sqlite
from adapters.web import health_check
from bot.audit.chain import verify
from store.tables import JOB
from tests.conversations.test_lives import happened_once
from tests.kit import postgres
from tests.kit.attackers import proven
from tests.kit.lives import STORIES
from tests.kit.people import Browser
from tests.kit.residents import GOOD
from tests.kit.small_disk import small_disk
from tests.kit.town import Town

HOLDS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("begin immediate")
print("held", flush=True)
sys.stdin.read()
"""
KINDLY = "Nothing is lost: what you did before this is kept."


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.01)
    monkeypatch.setattr(health_check, "FRESH", 0.0)


@asynccontextmanager
async def inhabited(folder: Path, migrated: Path, database: str = "") -> AsyncIterator[Town]:
    """With the loops, that have to survive it."""
    town = await Town(folder, migrated, database=database).settle_in()
    loops = asyncio.create_task(town.app.running().forever())
    yield town
    assert not loops.done()
    loops.cancel()
    with suppress(asyncio.CancelledError):
        await loops
    assert verify(await town.audit()) == []
    await town.leave()


@contextmanager
def held(file: Path) -> Iterator[subprocess.Popen[str]]:
    """By a process of its own, that has begun to write and doesn't end."""
    command = [sys.executable, "-c", HOLDS, str(file)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


async def ready(town: Town) -> int:
    return (await Browser(town).get("/readyz")).status


async def goes_on(town: Town, page: Browser) -> None:
    """As if nothing had been."""
    assert await ready(town) == 200
    answer = await page.types(GOOD)
    assert answer.status in {200, 303}, answer.text
    await done(town, page)


async def done(town: Town, page: Browser) -> None:
    """The loops bring it to its end."""
    for _ in range(600):
        if await page.at() in STORIES["reset"].ends and not await waiting(town):
            break
        await asyncio.sleep(0.05)
    await happened_once(town, "reset")


async def waiting(town: Town) -> int:
    """Jobs that aren't done."""
    async with town.app.store.database.read() as conn:
        return int(await conn.scalar(select(func.count()).select_from(JOB)) or 0)


async def test_on_a_full_disk_people_are_told_and_when_there_is_room_it_goes_on(tmp_path: Path, migrated: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        async with inhabited(disk.folder, migrated) as town:
            _, page = await proven(town)
            await town.app.checkpoint()
            checkpoints = town.settings.checkpoints.read_bytes()
            disk.fill()
            assert await ready(town) == 503
            answer = await page.types(GOOD)
            assert (answer.status, KINDLY in answer.text) == (503, True)
            assert (await Browser(town).post("/start", wish="reset")).status == 503
            disk.free()
            assert town.settings.checkpoints.read_bytes() == checkpoints
            await goes_on(town, page)


async def test_whoever_waits_for_another_process_that_writes_has_his_turn_then(tmp_path: Path, migrated: Path) -> None:
    async with inhabited(tmp_path, migrated) as town:
        _, page = await proven(town)
        with held(town.folder / "data" / "unlatch.sqlite3") as process:
            typed = asyncio.create_task(page.types(GOOD))
            await asyncio.sleep(1)
            assert not typed.done()
            assert (await page.get("/healthz")).status == 200  # nobody else waits
            process.kill()
            assert (await typed).status in {200, 303}
        await done(town, page)


async def test_a_database_that_somebody_holds_for_too_long_is_told_kindly(
    tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.sqlite, "BUSY", 0.3)
    async with inhabited(tmp_path, migrated) as town:
        _, page = await proven(town)
        with held(town.folder / "data" / "unlatch.sqlite3"):
            assert await ready(town) == 503
            answer = await page.types(GOOD)
            assert (answer.status, KINDLY in answer.text) == (503, True)
        await goes_on(town, page)


@pytest.mark.service
async def test_a_postgresql_that_was_started_again_is_noticed_by_nobody_who_came_after(
    tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.database, "CONNECT", 30.0)  # on a machine that does much else as well
    with postgres.running() as (server, first), ExitStack() as after:
        async with inhabited(tmp_path, migrated, server.url(server.fresh())) as town:
            _, page = await proven(town)
            await asyncio.gather(*(town.app.store.flags.is_demo() for _ in range(10)))  # as many connections as there may be
            async with town.app.store.database.read() as conn:
                await conn.execute(text("checkpoint"))  # the tests' servers commit without waiting for the disk
            os.kill(first, signal.SIGQUIT)  # at once, and whoever was connected is cut off
            await asyncio.to_thread(os.waitpid, first, 0)
            assert await ready(town) == 503
            answer = await Browser(town).post("/start", wish="reset")
            assert (answer.status, KINDLY in answer.text) == (503, True)
            after.callback(stopped, server.serve())
            await asyncio.to_thread(server.wait)
            answers = await asyncio.gather(*(Browser(town).get("/") for _ in range(20)))
            assert {answer.status for answer in answers} == {200}
            await goes_on(town, page)


def stopped(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    process.wait()
