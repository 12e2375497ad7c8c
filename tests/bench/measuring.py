"""What one thing costs: CPU of this process (the measure), wall time, and CPU of the servers that it asks, with a fixed loop timed beside it."""

import hashlib
import resource
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, field
from pathlib import Path
from statistics import median

NS = 1e6  # nanoseconds in a millisecond
STEPS, BLOCKS = 40_000, 12_000  # of the loop: about ten milliseconds of a processor of 2025


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds for one."""

    cpu: float
    wall: float
    servers: float = 0.0

    def beyond(self, part: "Cost") -> "Cost":
        """Without a part of it that is told apart."""
        return Cost(self.cpu - part.cpu, self.wall - part.wall, self.servers - part.servers)


@dataclass(frozen=True)
class Meter:
    """`servers`: processes whose CPU, with that of all their children, is counted apart from ours."""

    servers: tuple[int, ...] = ()

    async def each(self, times: int, work: Callable[[], Awaitable[object]]) -> Cost:
        """What one of so many costs, when `work` does them all."""
        others, cpu, wall = cpu_of(self.servers), _ours(), time.perf_counter_ns()
        await work()
        spent = (_ours() - cpu, time.perf_counter_ns() - wall, cpu_of(self.servers) - others)
        return Cost(*(nanoseconds / NS / times for nanoseconds in spent))


def _ours() -> float:
    """Nanoseconds of this process, and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used) * NS * 1000


def cpu_of(processes: Iterable[int]) -> int:
    """Nanoseconds that these and their children have spent so far. A thread or child that has ended is counted no more."""
    parents = _parents()
    family = set(processes)
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    spent = 0
    for pid in family:
        for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with suppress(OSError):
                spent += int(task.read_text().split()[0])
    return spent


def _parents() -> dict[int, int]:
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            found[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    return found


def loop() -> Cost:
    """The same work wherever and whenever it runs: figures of two days or machines are compared by how long it took beside each."""
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    words = {number: str(number) for number in range(STEPS)}
    block = hashlib.sha256("".join(words.values()).encode())
    for _ in range(BLOCKS):
        block = hashlib.sha256(block.digest())
    return Cost((time.process_time_ns() - cpu) / NS, (time.perf_counter_ns() - wall) / NS)


@dataclass
class Figure:
    """One line of the table, gathered by turns with its floor so that both have the same weather."""

    what: str
    floor_is: str
    ours: list[Cost] = field(default_factory=list)
    floor: list[Cost] = field(default_factory=list)
    loops: list[Cost] = field(default_factory=list)

    async def round(self, ours: Callable[[], Awaitable[Cost]], floor: Callable[[], Awaitable[Cost]]) -> None:
        """Once more each."""
        self.loops.append(loop())
        self.ours.append(await ours())
        self.loops.append(loop())
        self.floor.append(await floor())

    def lines(self) -> tuple[str, str]:
        """As it is printed: medians, and the least and most of a round."""
        ours, floor, loops = (_middle(costs) for costs in (self.ours, self.floor, self.loops))
        least, most = (edge(one.cpu for one in self.ours) for edge in (min, max))
        cpu = median(one.cpu / bare.cpu for one, bare in zip(self.ours, self.floor, strict=True))
        wall = median(one.wall / bare.wall for one, bare in zip(self.ours, self.floor, strict=True))
        spread, servers = f"{least:.2f}–{most:.2f}", f"{ours.servers:.2f}" if ours.servers else "–"
        cells = f"{ours.cpu:8.2f} {spread:>16}{ours.wall:9.2f}{servers:>8}{loops.cpu:7.1f}{floor.cpu:8.2f}{floor.wall:9.2f}{cpu:8.1f}{wall:7.1f}"
        return f"{self.what:38}{cells}", f"  beside {self.floor_is}"


HEAD = f"""\
{"":38}{"ours":>8} {"":>16}{"":>9}{"servers":>8}{"loop":>7}{"floor":>8}{"":>9}{"times the floor":>15}
{"milliseconds for one":38}{"CPU":>8} {"least–most":>16}{"wall":>9}{"CPU":>8}{"CPU":>7}{"CPU":>8}{"wall":>9}{"CPU":>8}{"wall":>7}"""


def _middle(costs: Sequence[Cost]) -> Cost:
    return Cost(*(median(values) for values in zip(*(astuple(cost) for cost in costs), strict=True)))
