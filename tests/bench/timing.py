"""Whether an account shows in the time of a stranger's turn, over real sockets and at the real pace: `make timing`, N=300 samples of each."""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import median
from typing import cast

from bot.directory.interfaces import Directory, Person
from bot.platform import constant_time
from store.directory import EmbeddedDirectory
from store.migrate import migrate
from tests.attacks.test_every_step import NAMES, STORY, all_sorts, one_story
from tests.kit import postgres
from tests.kit.town import Town, quick

NOBODY = ("ghost", "spook")  # the control pair
AT_ONCE = 3  # stories; of 300 samples that is half an hour
FAR = 0.015  # seconds that a directory needs for an account that it has
SURE = 4.0  # standard deviations; of forty comparisons one is so far off by chance in four hundred runs
HEAD = f"{'turn':14}{'ms':>8}{'names':>9}{'control':>9}{'most z':>9}{'control z':>11}  most apart"
Samples = dict[str, list[list[float]]]  # of each name, of each story, its turns in seconds


@dataclass(frozen=True)
class FarAway(EmbeddedDirectory):
    """As a directory elsewhere: what is there takes longer to be told than what isn't."""

    async def find(self, text: str) -> Person | None:
        found = await EmbeddedDirectory.find(self, text)
        await asyncio.sleep(FAR if found else 0.0)
        return found


async def sampled(town: Town, many: int) -> Samples:
    """Few at a time, so that they don't wait for each other, and each as often first as last."""
    found: Samples = {name: [] for name in NAMES}
    room = asyncio.Semaphore(AT_ONCE)

    async def told(name: str) -> None:
        async with room:
            found[name].append(await one_story(town, name, time.perf_counter))

    for number in range(many):
        start = number % len(NAMES)
        order = [*NAMES[start:], *NAMES[:start]][:: 1 if number % 2 else -1]
        await asyncio.gather(*map(told, order))
        town.clock.passes(2 * 86400)
        for heard in (town.told, town.web._responses):
            heard.clear()
    return found


def z(some: Sequence[float], others: Sequence[float]) -> float:
    """By how many standard deviations the ranks of some are off those of the others (Mann and Whitney)."""
    ranked = sorted([(value, 0) for value in some] + [(value, 1) for value in others])
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(some), len(others)
    return (ranks - n * (n + m + 1) / 2) / sqrt(n * m * (n + m + 1) / 12)


def judged(found: Samples, turn: int) -> tuple[str, bool]:
    """One turn's line, and whether a name shows in it."""
    taken = {name: [story[turn] for story in stories] for name, stories in found.items()}
    middle = {name: 1000 * median(times) for name, times in taken.items()}
    nobody = [each for name in NOBODY for each in taken[name]]
    off = {name: abs(z(times, nobody)) for name, times in taken.items() if name not in NOBODY}
    farthest = max(off, key=lambda name: off[name])
    spread, control = max(middle.values()) - min(middle.values()), abs(middle[NOBODY[0]] - middle[NOBODY[1]])
    between = abs(z(taken[NOBODY[0]], taken[NOBODY[1]]))
    how, what = STORY[turn]
    figures = f"{median(middle.values()):8.1f}{spread:9.2f}{control:9.2f}{off[farthest]:9.1f}{between:11.1f}"
    return f"{how} {what:9}{figures}  {farthest}", off[farthest] > max(SURE, between)


@contextmanager
def served(on_postgresql: bool) -> Iterator[str]:
    """Address of a database on a server; empty: a file in the town."""
    if not on_postgresql:
        yield ""
        return
    with postgres.running(("fsync=off",)) as (server, _):
        yield server.url(server.fresh())


async def main(many: int, pace: float, *, on_postgresql: bool) -> bool:
    """Prints as it goes. Whether no name shows."""
    constant_time.PACE = pace
    with tempfile.TemporaryDirectory(prefix="unlatch-timing-") as temporary, served(on_postgresql) as database:
        folder = Path(temporary)
        (folder / "town").mkdir()
        migrated = folder / "migrated.db"
        await migrate(f"sqlite:///{migrated}")
        town = await Town(folder / "town", migrated, database=database).settle_in()
        try:
            await all_sorts(town)
            directories = cast("dict[str, Directory]", town.app.directories)
            directories["contoso"] = FarAway("contoso", town.app.store.database, town.world, quick(town.world))
            print(
                f"{len(NAMES)} names on {'PostgreSQL' if on_postgresql else 'SQLite'}, {many} samples of each turn, a pace of {pace} s, "
                f"load {os.getloadavg()[0]:.1f} at the beginning; medians in ms",
                flush=True,
            )
            found = await sampled(town, many)
        finally:
            await town.leave()
    lines = [judged(found, turn) for turn in range(len(STORY))]
    print("\n".join(["", HEAD, *(line for line, _ in lines)]))
    return not any(shows for _, shows in lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make timing", description=__doc__)
    parser.add_argument("samples", nargs="?", type=int, default=300)
    parser.add_argument(
        "--pace", type=float, default=constant_time.PACE, help="0.0001 shows what there would be to see without one"
    )
    parser.add_argument("--postgresql", action="store_true", help="else on SQLite")
    given = parser.parse_args()
    if not asyncio.run(main(given.samples, given.pace, on_postgresql=given.postgresql)):
        raise SystemExit("A name shows.")
    print("No name shows.")
