"""What Unlatch costs, each case beside its floor, in one run: `python -m tests.bench [CASE ...]` (`--help` names them)."""

import argparse
import asyncio
import os
import platform
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import imports
from tests.bench.burst import burst
from tests.bench.chats import chats
from tests.bench.crowd import crowded
from tests.bench.directories import domain, furnished_slapd, missing_samba, missing_slapd, openldap
from tests.bench.house import House, Served, house
from tests.bench.leaks import leaks
from tests.bench.measuring import HEAD, Figure, Meter
from tests.bench.outside import Outside, outside
from tests.bench.peer import missing, peer
from tests.bench.reset import EACH, ROUNDS, Resets, reset
from tests.bench.turn import turn
from tests.kit import postgres
from tests.kit.kinds import EMAIL, TOTP

DURABLE = ("autovacuum=off",)  # else as PostgreSQL comes: fsync and synchronous commits are on


@dataclass(frozen=True)
class Bench:
    """One run."""

    outside: Outside
    accounts: int
    lines: int
    peer: Path | None

    async def turns(self) -> None:
        """A dialog turn, on SQLite and on PostgreSQL."""
        async with self._house() as made:
            show(await turn(made, "SQLite"))
        async with self._postgres() as (made, servers):
            if made:
                show(await turn(made, "PostgreSQL", servers))

    async def resets(self) -> None:
        """A whole reset of an account in the embedded directory, on SQLite and on PostgreSQL."""
        async with self._house() as made:
            show(await reset(Resets(made, TOTP, Meter()), "SQLite"))
        async with self._postgres() as (made, servers):
            if made:
                show(await reset(Resets(made, TOTP, Meter(servers)), "PostgreSQL"))

    async def openldap(self) -> None:
        """A whole reset on OpenLDAP by a code that comes by mail; with a peer, its reset as well."""
        if lacking := missing_slapd():
            print(f"OpenLDAP wasn't measured, since that needs {lacking}.")
            return
        with furnished_slapd() as server, openldap(server) as place:
            async with self._house(place.served) as made:
                resets = Resets(made, EMAIL, Meter((place.process,)), place.modify)
                if self.peer is None:
                    show(await reset(resets, "OpenLDAP and SMTP"))
                    return
                with peer(self.peer, made, server) as theirs:
                    theirs.waiting = list(await made.residents("lea", (ROUNDS + 1) * EACH, EMAIL, "{}@home.example".format))
                    await theirs.resets(EACH)

                    async def beside() -> None:
                        theirs.figure.ours.append(await theirs.resets(EACH))

                    figures = await reset(resets, "OpenLDAP and SMTP", beside)
                    theirs.figure.floor, theirs.figure.loops = figures[0].ours, figures[0].loops
                    show([*figures, theirs.figure])

    async def samba(self) -> None:
        """A whole reset in an Active Directory domain on Samba."""
        if lacking := missing_samba():
            print(f"A domain wasn't measured, since that needs {lacking}.")
            return
        with domain() as place:
            async with self._house(place.served) as made:
                show(await reset(Resets(made, TOTP, Meter((place.process,)), place.modify), "Samba"))

    async def chats(self) -> None:
        """A signed Slack event and a signed Teams message."""
        async with self._house() as made:
            show(await chats(made))

    async def bursts(self) -> None:
        """How long a hundred Slack events at one moment wait for their acknowledgement, on SQLite and on PostgreSQL."""
        async with self._house() as made:
            print("\n".join(await burst(made)), flush=True)
        async with self._postgres() as (made, _):
            if made:
                print("on PostgreSQL:", *await burst(made), sep="\n", flush=True)

    async def crowd(self) -> None:
        """What an honest visitor pays for 1,100 half-open connections, and for 800 pages that wait."""
        async with self._house() as made:
            print("\n".join(await crowded(made)), flush=True)

    async def imports(self) -> None:
        """Importing accounts from Samba and from OpenLDAP."""
        if lacking := missing_samba() or missing_slapd():
            print(f"Imports weren't measured, since that needs {lacking}.")
            return
        show(await imports.domain(self.accounts))
        show(await imports.office(self.accounts))

    async def breached(self) -> None:
        """Building the list of leaked passwords, and looking into it."""
        with tempfile.TemporaryDirectory(prefix="unlatch-bench-") as temporary:
            for line in leaks(Path(temporary), self.lines):
                print(line, flush=True)

    @asynccontextmanager
    async def _house(self, served: Served | None = None, url: str = "") -> AsyncIterator[House]:
        with tempfile.TemporaryDirectory(prefix="unlatch-bench-") as temporary:
            async with house(Path(temporary), self.outside, url, served) as made:
                yield made

    @asynccontextmanager
    async def _postgres(self) -> AsyncIterator[tuple[House | None, tuple[int, ...]]]:
        if not postgres.programs():
            print("PostgreSQL wasn't measured, since it isn't installed.")
            yield None, ()
            return
        with postgres.running(DURABLE) as (server, process):
            async with self._house(url=server.url(server.fresh())) as made:
                yield made, (process,)


CASES: dict[str, Callable[[Bench], Awaitable[None]]] = {
    "turn": Bench.turns,
    "reset": Bench.resets,
    "openldap": Bench.openldap,
    "samba": Bench.samba,
    "chats": Bench.chats,
    "burst": Bench.bursts,
    "crowd": Bench.crowd,
    "import": Bench.imports,
    "breached": Bench.breached,
}


def show(figures: list[Figure]) -> None:
    """As soon as they are there."""
    for figure in figures:
        print("\n".join(figure.lines()), flush=True)


def here() -> str:
    """What was measured, and where."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, check=False, text=True
    ).stdout.strip()
    where = f"Python {platform.python_version()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the beginning"
    return f"{commit or 'no commit'}, {where}\n"


def case(name: str) -> str:
    """Raises what argparse says in one line."""
    if name not in CASES:
        raise argparse.ArgumentTypeError(f"there is no case {name}; there is {', '.join(CASES)}")
    return name


def arguments() -> argparse.Namespace:
    """Of the command line."""
    told = "\n".join(f"{name:10}{method.__doc__}" for name, method in CASES.items())
    parser = argparse.ArgumentParser(prog="make bench", description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", type=case, help="all, when none is named")
    parser.add_argument("--accounts", type=int, default=10_000, help="so many are imported")
    parser.add_argument("--lines", type=int, default=10_000_000, help="so many leaked passwords are in the list")
    parser.add_argument("--peer", type=Path, help="folder of LTB Self Service Password, for the case openldap")
    return parser.parse_args()


async def main(given: argparse.Namespace) -> None:
    """The cases that were named, or all of them."""
    if given.peer and (why := missing(given.peer)):
        raise SystemExit(why)
    print(here())
    print(HEAD)
    async with outside() as everybody:
        for name in given.cases or CASES:
            await CASES[name](Bench(everybody, given.accounts, given.lines, given.peer))


if __name__ == "__main__":
    asyncio.run(main(arguments()))
