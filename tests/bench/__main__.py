"""Measures, in one run and as ratios: a dialog turn against its floor, and whole resets against the password hash."""

import asyncio
import shutil
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import text

from bot.platform.secret import Secret
from store.migrate import migrate
from tests.bench.floor import Floor
from tests.bench.slack import events
from tests.bench.teams import messages
from tests.kit.kinds import TOTP
from tests.kit.people import Terminal
from tests.kit.town import Town

TURNS, RESETS, HASHES, EVENTS = 300, 40, 20, 200


def cpu() -> float:
    """Seconds of this process, user and system."""
    return time.process_time()


async def each(times: int, what: Callable[[int], Awaitable[None]]) -> float:
    """Milliseconds of CPU for one."""
    began = cpu()
    for number in range(times):
        await what(number)
    return (cpu() - began) / times * 1000


async def turns(town: Town) -> tuple[float, float]:
    """One turn (understood, claimed, answered, settled, rendered), and the same two commits with nothing else."""
    ana = Terminal(town, "ana")
    await ana.says("I forgot my password")

    async def turn(number: int) -> None:
        await ana.says("unlock my account" if number % 2 == 0 else "stay")

    await each(20, turn)
    floor = Floor(town.app.store.database)
    await each(20, floor.two_commits)
    return await each(TURNS, turn), await each(TURNS, floor.two_commits)


async def resets(town: Town) -> tuple[float, float]:
    """A whole reset with all turns, pages over HTTP and notices, and the password hashes in it."""
    town.clock.now = time.time()
    methods = await town.app.store.records.methods(await town.subject("ana"))
    seed = next(m.secret for m in methods if m.kind == TOTP).reveal()
    await walked(town, seed, 0, 5)
    began = cpu()
    await walked(town, seed, 5, RESETS)
    whole = (cpu() - began) / RESETS * 1000
    hasher, secret = town.directory.hasher, Secret(seed)

    async def hash_once(_: int) -> None:
        await hasher.hash(secret)

    return whole, await each(HASHES, hash_once)


async def walked(town: Town, seed: str, first: int, times: int) -> None:
    """Drive the service from another process; before each reset an hour goes by, after it the notices go out."""
    port = str(town.web.port)
    command = [sys.executable, "-m", "tests.bench.driver", port, seed, str(first), str(times)]
    driver = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    assert driver.stdin is not None
    assert driver.stdout is not None
    while await driver.stdout.readline():
        await town.passes(3600)
        driver.stdin.write(f"{town.clock.now}\n".encode())
    if await driver.wait():
        raise SystemExit("the driver failed")


async def main() -> None:
    """Prints the table."""
    folder = Path(tempfile.mkdtemp(prefix="unlatch-bench-"))
    try:
        await migrate(f"sqlite:///{folder / 'migrated.sqlite3'}")
        town = await Town(folder, folder / "migrated.sqlite3").settle_in()
        async with town.app.store.database.read() as conn:
            await conn.execute(text("select 1"))
        turn, floor = await turns(town)
        whole, hashed = await resets(town)
        heard, bare = await events(town, each, EVENTS)
        spoken, plain = await messages(town, each, EVENTS)
        await town.leave()
    finally:
        shutil.rmtree(folder)
    beyond = whole - hashed
    print(
        f"one dialog turn             {turn:7.2f} ms CPU   {turn / floor:5.1f} times its floor of {floor:.2f} ms (two durable commits)"
    )
    print(f"one whole reset             {whole:7.2f} ms CPU   {beyond:.2f} ms beyond its password hash of {hashed:.2f} ms")
    print(
        f"one signed Slack event      {heard:7.2f} ms CPU   {heard / bare:5.1f} times a bare bolt listener's {bare:.2f} ms (same commits, one post)"
    )
    print(
        f"one signed Teams message    {spoken:7.2f} ms CPU   {spoken / plain:5.1f} times a bare endpoint's {plain:.2f} ms (same token, same commits, one post)"
    )
    print(f"completed resets            {1000 / whole:7.1f} per CPU second")


if __name__ == "__main__":
    asyncio.run(main())
