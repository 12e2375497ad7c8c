"""The production password hash, which tells what it costs: the whole of a reset has it in it, and it is told apart from the turns."""

import time

from bot.platform.secret import Secret
from store.argon2_hash import Hasher
from tests.bench.measuring import NS, Cost


class Timed(Hasher):
    """Production's own parameters."""

    times, cpu, wall = 0, 0, 0

    def so_far(self) -> tuple[int, Cost]:
        """How many, and milliseconds of all of them."""
        return self.times, Cost(self.cpu / NS, self.wall / NS)

    def _hash(self, password: Secret, salt: bytes) -> str:
        began = time.thread_time_ns(), time.perf_counter_ns()
        try:
            return super()._hash(password, salt)
        finally:
            self._counted(*began)

    def _matches(self, password: Secret, kept: str) -> bool:
        began = time.thread_time_ns(), time.perf_counter_ns()
        try:
            return super()._matches(password, kept)
        finally:
            self._counted(*began)

    def _counted(self, cpu: int, wall: int) -> None:
        self.times += 1
        self.cpu += time.thread_time_ns() - cpu
        self.wall += time.perf_counter_ns() - wall
