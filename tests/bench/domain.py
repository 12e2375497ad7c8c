"""Measures, in one run and as ratios: resets in a domain against the bare modify, and whole imports against ldapsearch.

`python -m tests.bench.domain 50000` imports that many accounts; without a number it is 10,000, and with 0 none.
"""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.active_directory.people import named
from bot.platform.clock import World
from bot.platform.ids import Kind, SubjectId
from bot.platform.secret import Secret
from store.migrate import migrate
from tests.bench import imports
from tests.kit import slapd
from tests.kit.ad_directory import AdministeredActiveDirectory, administered, pool_of, quoted
from tests.kit.callers import Caller, Channel
from tests.kit.elsewhere import ElsewhereTown
from tests.kit.samba import running
from tests.kit.samba_conf import BASE
from tests.kit.samba_domain import template

TIMES, ROUNDS, HOUR = 10, 4, 3600.0
MANY = 10_000
KEPT = Path(".pytest_cache") / "d" / "samba"  # where the tests keep theirs


@dataclass
class Took:
    """Milliseconds for one reset."""

    chat: float = 0.0  # a whole conversation: the wish, the page, the proof, the new password
    turn: float = 0.0  # of that the turn that sets it
    adapter: float = 0.0  # all questions and checks of the adapter
    bare: float = 0.0  # the three attributes, and nothing else


async def resets(town: ElsewhereTown[AdministeredActiveDirectory]) -> Took:
    """By turns, so that all have the same weather."""
    town.clock.now = World().now()
    subject, corp, took = await town.subject("ana"), town.hands, Took()
    await _by_chat(town, Secret("Warm-Lemon-Orbit-0"), Took())
    for number in range(ROUNDS):
        for password in _passwords("Chat", number):
            await _by_chat(town, password, took)
        took.adapter += await _took([corp.reset(subject, each) for each in _passwords("Through", number)])
        took.bare += await _took([_modify(corp, subject, each) for each in _passwords("Bare", number)])
    return Took(*(each / ROUNDS / TIMES * 1000 for each in (took.chat, took.turn, took.adapter, took.bare)))


async def _by_chat(town: ElsewhereTown[AdministeredActiveDirectory], password: Secret, took: Took) -> None:
    """At a terminal and on the page. Before it an hour goes by, since allowances are counted by the hour; notices aren't measured."""
    await town.passes(HOUR)
    ana, began = Caller(town, "ana", Channel.TERMINAL), time.perf_counter()
    await ana.wants("reset")
    await ana.begins_with(Kind.TOTP)
    await ana.types(await town.code("ana", Kind.TOTP))
    proved = time.perf_counter()
    await ana.types(password.reveal())
    took.chat += time.perf_counter() - began
    took.turn += time.perf_counter() - proved
    if await ana.at() != "reset.done":
        raise SystemExit(f"the reset ended at {await ana.at()}")


async def _modify(corp: AdministeredActiveDirectory, subject: SubjectId, password: Secret) -> None:
    new = {"unicodePwd": [quoted(password)], "lockoutTime": [b"0"], "pwdLastSet": [b"-1"]}
    await corp.pool.run(lambda connection: connection.replace(named(subject) or "", new))


async def _took(resets: Sequence[Awaitable[None]]) -> float:
    began = time.perf_counter()
    for each in resets:
        await each
    return time.perf_counter() - began


def _passwords(how: str, number: int) -> list[Secret]:
    return [Secret(f"{how}-Lemon-Orbit-{number}-{turn}") for turn in range(TIMES)]


async def main(many: int) -> None:
    """Prints the table."""
    if os.geteuid() or not shutil.which("samba") or not shutil.which("slapd", path=slapd.SBIN):
        print("Domains are measured as root, where Samba and slapd are installed.")
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    made = template(KEPT)
    took = await _served(made)
    for what, spent in (
        ("one reset by chat", took.chat),
        ("  the turn that sets it", took.turn),
        ("  the adapter in it", took.adapter),
    ):
        print(f"{what:27} {spent:8.2f} ms      {spent / took.bare:6.2f} times the bare modify of {took.bare:.2f} ms")
    if many:
        await imports.domain(made, many)
        await imports.office(many)


async def _served(made: Path) -> Took:
    with tempfile.TemporaryDirectory(prefix="unlatch-bench-") as temporary, running(made) as server:
        folder = Path(temporary)
        await migrate(f"sqlite:///{folder / 'migrated.sqlite3'}")
        corp = administered(server, "contoso")
        serves = ActiveDirectory("contoso", pool_of(server), BASE, World())
        town = ElsewhereTown(folder, folder / "migrated.sqlite3", corp, lambda: serves)
        await town.settle_in()
        took = await resets(town)
        await town.leave()
        corp.hang_up()
        return took


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY))
