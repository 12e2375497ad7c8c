"""Thousands of dialogs in one process and sixty days of its time, and whether anything grew: `make soak`, or `python -m tests.bench.soak 10000`."""

import argparse
import asyncio
import base64
import ctypes
import gc
import os
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import SQLModel

from bot.directory.administration import NewAccount
from bot.identity.registered import Registered
from bot.model.turn import Party
from bot.platform import constant_time
from bot.platform.ids import MethodId, Origin
from bot.platform.secret import Secret
from bot.settings.retention import RetentionSection
from store.migrate import migrate
from tests.bench.measuring import Meter, loop
from tests.kit import postgres
from tests.kit.attackers import at_code
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import TOTP
from tests.kit.lives import STORIES, Person, play
from tests.kit.residents import OLD
from tests.kit.town import Town

DAY, DAYS = 86400.0, 60  # so long it lasts in the town's own time, however many dialogs there are
PEOPLE, TURNS = 20, 40  # at most: fewer where there are few dialogs, so that each comes back often enough
CHANNELS = list(Channel)
# The least that may be set, so that what is kept is as much from the fifteenth day on as on the last.
RETENTION = RetentionSection(conversations=1, windows=1, changes=9, cases=9, letters=1, events=1, browsers=9, audit=9)
MARKS = {"beginning": 0.35, "middle": 0.7, "end": 1.0}
STATM, FDS, MIB = Path("/proc/self/statm"), Path("/proc/self/fd"), 2**20


@dataclass(frozen=True)
class Grown:
    """How much there is of it all at one moment."""

    dialogs: int
    memory: float  # MiB that are resident
    descriptors: int
    database: float  # MiB
    rows: dict[str, int]
    turn: float  # milliseconds of CPU, by a processor that does the loop in ten

    def line(self, name: str) -> str:
        """As it is printed."""
        rows = sum(self.rows.values())
        return f"{name:10}{self.dialogs:8}{self.memory:11.1f}{self.descriptors:13}{self.database:10.2f}{rows:9}{self.turn:8.2f}"


HEAD = f"{'':10}{'dialogs':>8}{'RSS, MiB':>11}{'descriptors':>13}{'DB, MiB':>10}{'rows':>9}{'turn':>8}"


@dataclass
class Soak:
    """One town, and so many dialogs in it: a whole reset by each way in, and three that come to nothing."""

    town: Town
    many: int
    people: list[str] = field(default_factory=list)

    async def run(self) -> dict[str, Grown]:
        """Looks at what there is at the beginning, in the middle and at the end; what is built up at first isn't counted as growth."""
        await self._move_in()
        marks = {max(1, round(self.many * part)): name for name, part in MARKS.items()}
        found = {}
        for number in range(1, self.many + 1):
            await self._dialog(number)
            await self._time_goes_by()
            if name := marks.get(number):
                found[name] = await self._look(number)
                print(found[name].line(name), flush=True)
        return found

    async def _move_in(self) -> None:
        app, long_ago = self.town.app, self.town.clock.now - 90 * DAY
        for number in range(min(PEOPLE, max(4, self.many // 60))):
            login = f"kim{number}"
            mail = f"{login}@contoso.example"
            account = NewAccount(login, f"Kim {number}", Secret(OLD), upn=mail, mail=mail, changed_at=long_ago)
            subject = await self.town.administration().create(account)
            secret = Secret(base64.b32encode(self.town.world.bytes(20)).decode())
            await app.store.records.register(Registered(MethodId(f"m-{login}"), subject, TOTP, secret, long_ago, long_ago))
            self.people.append(login)

    async def _dialog(self, number: int) -> None:
        login, channel = self.people[number // 4 % len(self.people)], CHANNELS[number // 4 % len(CHANNELS)]
        match number % 4:
            case 0:
                story = replace(STORIES["reset"], login=login, password=f"Copper-Lantern-{number}-Meadow")
                await play(self.town, Person(story, Caller(self.town, login, channel)))
            case 1:
                await Caller(self.town, login, channel).wants("unlock")
            case 2:
                await (await at_code(self.town, f"ghost{number}")).types("000001")
            case _:
                caller = Caller(self.town, login, channel)
                await caller.wants("reset")
                await caller.opens()
                if caller.chat:
                    await caller.chat.says("cancel")

    async def _time_goes_by(self) -> None:
        """What loops do in a minute and in a night; and what stands for others forgets, so that only ours is counted."""
        town = self.town
        await town.passes(DAYS * DAY / self.many)
        await town.app.store.sweep()
        await town.app.checkpoint()
        await town.app.nightly().tonight()
        for heard in (town.told, town.slack.calls, town.slack.typed, town.slack.whispers, town.teams.calls, town.teams.typing):
            heard.clear()
        for said in (town.slack.messages, town.teams.messages):
            said.clear()
        town.web._responses.clear()
        town.secrets.clear()
        town.life.trace.clear()
        town.life.points = 0
        town._windows.clear()

    async def _look(self, number: int) -> Grown:
        turn = min([await self._turn() for _ in range(5)])
        rows = await self._rows()
        return Grown(number, resident() / MIB, descriptors(), await self._size() / MIB, rows, turn)

    async def _turn(self) -> float:
        """Of a dialog at a terminal that goes to and fro; the loop beside it says how quick the processor is just now."""
        subject = await self.town.subject("ana")
        chat = self.town.app.terminal(Party(Origin.LINKED, subject, "en"), self._unheard, as_json=True, address="tty-soak")
        await chat.hear("I forgot my password")

        async def turns() -> None:
            for number in range(TURNS):
                await chat.hear("unlock my account" if number % 2 == 0 else "stay")

        before, cost, after = loop(), await Meter().each(TURNS, turns), loop()
        await chat.hear("cancel")
        return cost.cpu * 20 / (before.cpu + after.cpu)

    def _unheard(self, line: str) -> None:
        """What a terminal prints."""

    async def _rows(self) -> dict[str, int]:
        async with self.town.app.store.database.read() as conn:
            tables = SQLModel.metadata.sorted_tables
            return {table.name: int(await conn.scalar(select(func.count()).select_from(table)) or 0) for table in tables}

    async def _size(self) -> float:
        if file := self.town.settings.sqlite:
            return sum(path.stat().st_size for path in file.parent.glob(f"{file.name}*"))
        async with self.town.app.store.database.read() as conn:
            return float((await conn.exec_driver_sql("SELECT pg_database_size(current_database())")).scalar_one())


def resident() -> int:
    """Bytes, after what is free was given back."""
    gc.collect()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def descriptors() -> int:
    """That are open."""
    return len(list(FDS.iterdir()))


@asynccontextmanager
async def soaked(folder: Path, migrated: Path, many: int, database: str = "") -> AsyncIterator[Soak]:
    """A town whose records have the least lives that there are, and in which nobody is kept waiting for the pace of strangers."""
    pace, constant_time.PACE = constant_time.PACE, 0.001
    town = Town(folder, migrated, database=database)
    town.settings = town.settings.model_copy(update={"retention": RETENTION})
    await town.settle_in()
    try:
        yield Soak(town, many)
    finally:
        await town.leave()
        constant_time.PACE = pace


def grew(found: dict[str, Grown]) -> list[str]:
    """What is more at the end than in the beginning, by more than the weather makes."""
    first, last = found["beginning"], found["end"]
    most = {
        "memory": (last.memory, first.memory * 1.1 + 4),
        "descriptors": (last.descriptors, first.descriptors + 4),
        "the database": (last.database, first.database * 1.25 + 0.5),
        "a turn": (last.turn, first.turn * 1.6),
        **{f"rows of {name}": (rows, first.rows[name] * 1.3 + 25) for name, rows in last.rows.items()},
    }
    return [
        f"{name}: {value:.1f}, and at most {limit:.1f} were expected" for name, (value, limit) in most.items() if value > limit
    ]


async def main(many: int, *, on_postgresql: bool) -> Sequence[str]:
    """Prints as it goes."""
    with tempfile.TemporaryDirectory(prefix="unlatch-soak-") as temporary:
        folder = Path(temporary)
        (folder / "town").mkdir()
        migrated = folder / "migrated.db"
        await migrate(f"sqlite:///{migrated}")
        print(
            f"{many} dialogs in {DAYS} days, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the beginning\n\n{HEAD}"
        )
        begun = time.monotonic()
        if on_postgresql:
            with postgres.running(("autovacuum=on", "fsync=off")) as (server, _):
                async with soaked(folder / "town", migrated, many, server.url(server.fresh())) as soak:
                    found = await soak.run()
        else:
            async with soaked(folder / "town", migrated, many) as soak:
                found = await soak.run()
        print(f"\n{time.monotonic() - begun:.0f} seconds")
        return grew(found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("dialogs", nargs="?", type=int, default=10_000)
    parser.add_argument("--postgresql", action="store_true", help="else on SQLite")
    given = parser.parse_args()
    if more := asyncio.run(main(given.dialogs, on_postgresql=given.postgresql)):
        raise SystemExit("\n".join(["It grew:", *more]))
    print("Nothing grew.")
