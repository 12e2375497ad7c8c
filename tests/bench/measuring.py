"""What one thing costs: CPU of this process (the measure), wall time, and CPU of the servers that it asks, with a fixed loop timed beside it."""

import hashlib
import resource
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
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
        least, most = (edge(one.cpu for one in self.ours) for edge in (min, max))
        times = [median(ours / floor for ours, floor in pairs) for pairs in (self._pairs("cpu"), self._pairs("wall"))]
        cells = (
            f"{self.what:36}",
            f"{_middle(self.ours, 'cpu'):8.2f} ({least:.2f}–{most:.2f})".ljust(24),
            f"{_middle(self.ours, 'wall'):9.2f}",
            f"{_middle(self.ours, 'servers'):9.2f}",
            f"{_middle(self.loops, 'cpu'):7.1f} /{_middle(self.loops, 'wall'):5.1f}",
            f"{_middle(self.floor, 'cpu'):9.2f} /{_middle(self.floor, 'wall'):8.2f}",
            f"{times[0]:8.1f} /{times[1]:6.1f}",
        )
        return "".join(cells), f"  beside {self.floor_is}"

    def _pairs(self, which: str) -> list[tuple[float, float]]:
        return [(getattr(ours, which), getattr(floor, which)) for ours, floor in zip(self.ours, self.floor, strict=True)]


HEAD = (
    f"{'':36}{'CPU, ms (least–most)':>24}{'wall, ms':>9}{'servers':>9}{'loop, ms':>14}{'floor, ms':>19}{'times the floor':>16}\n"
    f"{'':36}{'':>24}{'':>9}{'CPU, ms':>9}{'CPU / wall':>14}{'CPU / wall':>19}{'CPU / wall':>16}"
)


def _middle(costs: list[Cost], which: str) -> float:
    return median(getattr(cost, which) for cost in costs)
