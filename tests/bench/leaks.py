"""What it costs to build the list of leaked passwords and to look into it, beside reading the same lines and searching them as they are."""

import hashlib
import heapq
import mmap
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from bot.policy.breached import Breached, build
from tests.bench.measuring import loop

LOOKUPS, ROUNDS, SCANS = 1000, 9, 5
MB = 1e6


def leaks(folder: Path, count: int) -> Iterator[str]:
    """What it prints. Half of the passwords that are looked up stand among so many generated lines."""
    text, made = folder / "hashes.txt", folder / "breached.bin"
    asked = [f"{'leaked' if number % 2 else 'fine'}-{number}" for number in range(LOOKUPS)]
    with text.open("w", encoding="ascii") as out:
        out.writelines(_lines(count, [_digest(each) for each in asked[1::2]]))
    yield f"a list of leaked passwords from {count:,} lines, {text.stat().st_size / MB:.1f} MB"
    yield f"  the loop before it, {loop().cpu:.1f} ms CPU"
    yield _line("reading the lines", _seconds(lambda: _read(text)))
    yield _line("building the list", _seconds(lambda: build(text, made)))
    yield f"  {'size of the list':44}{made.stat().st_size / MB:10.1f} MB"
    known = Breached(made)
    found = [known.has(each) for each in asked]
    if sum(found[1::2]) < LOOKUPS // 2 or sum(found[::2]) > 1:
        raise AssertionError("the list doesn't hold what went in")
    with text.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
        yield _rate("looking into the list", LOOKUPS, lambda: [known.has(each) for each in asked])
        yield _rate("bisecting the lines as they are", LOOKUPS, lambda: [_in_text(lines, _digest(each)) for each in asked])
    absent = [_digest(each) for each in asked[: 2 * SCANS : 2]]
    yield _rate("grep -F through the lines", SCANS, lambda: [_grep(text, each) for each in absent], rounds=1)
    yield f"  the loop after it, {loop().cpu:.1f} ms CPU"


def _lines(count: int, known: list[str]) -> Iterator[str]:
    """In order of their hashes, as Have I Been Pwned gives them away."""
    step = 2**64 // count
    others = (f"{number * step:016X}{number * 0x9E3779B97F4A7C15 % 2**96:024X}:{number % 99 + 1}\n" for number in range(count))
    return heapq.merge(others, sorted(f"{each}:7\n" for each in known))


def _digest(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()  # the lists are made with it


def _read(text: Path) -> None:
    with text.open(encoding="ascii") as lines:
        for _ in lines:
            pass


def _in_text(lines: mmap.mmap, digest: str) -> bool:
    wanted, low, high = digest.encode(), 0, len(lines)
    while low < high:
        begin = lines.rfind(b"\n", 0, (low + high) // 2) + 1
        if lines[begin : begin + len(wanted)] < wanted:
            low = lines.find(b"\n", begin) + 1
        else:
            high = begin
    return lines[low : low + len(wanted)] == wanted


def _grep(text: Path, digest: str) -> bool:
    command = ["grep", "-q", "-m1", "-F", digest, str(text)]
    return subprocess.run(command, check=False, env={**os.environ, "LC_ALL": "C"}).returncode == 0


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _line(what: str, seconds: tuple[float, float]) -> str:
    return f"  {what:44}{seconds[0]:10.2f} s   {seconds[1]:8.2f} s CPU"


def _rate(what: str, times: int, work: Callable[[], object], rounds: int = ROUNDS) -> str:
    """The median of some rounds."""
    return f"  {what:44}{times / median(_seconds(work)[0] for _ in range(rounds)):10.1f} a second"
