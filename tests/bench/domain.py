"""Measures, in one run and as ratios: resets through the adapter against the bare modify, and a whole import against ldapsearch.

`python -m tests.bench.domain 10000` imports that many accounts; without a number nothing is imported.
"""

import asyncio
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path

from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.active_directory.groups import GROUP, SECURITY
from adapters.directories.active_directory.people import ACCOUNT, PERSON, named
from bot.accounts.administration import NewAccount
from bot.ids import SubjectId
from bot.secret import Secret
from bot.world import World
from tests.kit.ad_directory import AdministeredActiveDirectory, administered, quoted, wired
from tests.kit.samba import DomainController, running
from tests.kit.samba_conf import BASE
from tests.kit.samba_domain import PYTHON, SERVICE, SERVICE_PASSWORD, template

TIMES, ROUNDS = 30, 4
KEPT = Path(".pytest_cache") / "d" / "samba"  # where the tests keep theirs


async def resets(corp: AdministeredActiveDirectory) -> tuple[float, float]:
    """Milliseconds for one: with all questions and checks, and the three attributes alone. By turns, so that both have the same weather."""
    subject = await corp.create(NewAccount("ana", "Ana Ferreira", Secret("Old-Horse-7-Battery")))
    through = bare = 0.0
    for number in range(ROUNDS):
        through += await _took([corp.reset(subject, each) for each in _passwords("Through", number)])
        bare += await _took([_modify(corp, subject, each) for each in _passwords("Bare", number)])
    return through / ROUNDS, bare / ROUNDS


async def _modify(corp: AdministeredActiveDirectory, subject: SubjectId, password: Secret) -> None:
    new = {"unicodePwd": [quoted(password)], "lockoutTime": [b"0"], "pwdLastSet": [b"-1"]}
    await corp.wire.ask(lambda line: line.replace(named(subject) or "", new))


async def imports(corp: ActiveDirectory, server: DomainController, many: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """(seconds, seconds of the child's CPU) of the first import, and of ldapsearch for the same accounts and groups."""
    began, cpu = time.perf_counter(), _children()
    told = await corp.changes(None)
    ours = time.perf_counter() - began, _children() - cpu
    if len(told.persons) < many:
        raise SystemExit(f"{len(told.persons)} of {many} accounts were told")
    began, cpu = time.perf_counter(), _children()
    for question, attributes in ((ACCOUNT, PERSON), (SECURITY, GROUP)):
        await asyncio.to_thread(_ldapsearch, server, question, attributes)
    return ours, (time.perf_counter() - began, _children() - cpu)


def _ldapsearch(server: DomainController, question: str, attributes: tuple[str, ...]) -> None:
    where = ["-H", f"ldaps://{server.address}", "-D", SERVICE, "-w", SERVICE_PASSWORD, "-b", BASE, "-E", "pr=500/noprompt"]
    env = os.environ | {"LDAPTLS_CACERT": str(server.ca_file)}
    subprocess.run(["ldapsearch", "-x", "-LLL", *where, question, *attributes], check=True, env=env, stdout=subprocess.DEVNULL)


def _populate(folder: Path, many: int) -> None:
    subprocess.run([PYTHON, "tests/bench/populate.py", folder, str(many)], check=True)


async def _took(resets: Sequence[Awaitable[None]]) -> float:
    began = time.perf_counter()
    for each in resets:
        await each
    return (time.perf_counter() - began) / len(resets) * 1000


def _passwords(how: str, number: int) -> list[Secret]:
    return [Secret(f"{how}-Lemon-{number}-{turn}") for turn in range(TIMES)]


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def main(many: int) -> None:
    """Prints the table."""
    if os.geteuid() or not shutil.which("samba"):
        print("Resets in a domain are measured as root, where Samba is installed.")
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    made = template(KEPT)
    with running(made) as server:
        corp = administered(server)
        through, bare = await resets(corp)
        corp.hang_up()
    print(f"one reset in a domain       {through:7.2f} ms       {through / bare:5.2f} times the bare modify of {bare:.2f} ms")
    if many:
        await _imported(made, many)


async def _imported(made: Path, many: int) -> None:
    with tempfile.TemporaryDirectory(prefix="unlatch-bench-") as temporary:
        full = Path(temporary) / "full"
        shutil.copytree(made, full, symlinks=True)
        conf = full / "etc" / "smb.conf"
        conf.write_text(conf.read_text(encoding="utf-8").replace(str(made), str(full)), encoding="utf-8")
        await asyncio.to_thread(_populate, full, many)
        with running(full) as server:
            corp = ActiveDirectory("corp", wired(server), BASE, World())
            (wall, cpu), (floor, floor_cpu) = await imports(corp, server, many)
            corp.hang_up()
    print(f"import of {many:6} accounts   {wall:7.2f} s        {wall / floor:5.2f} times ldapsearch's {floor:.2f} s")
    print(f"  the reader's CPU          {cpu:7.2f} s        {cpu / floor_cpu:5.2f} times ldapsearch's {floor_cpu:.2f} s")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
