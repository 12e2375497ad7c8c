"""Replicas whose machines disagree about the time agree on the database's."""

from dataclasses import dataclass

import pytest

from bot.platform.clock import FAR, SharedClock


@dataclass
class Machine:
    """One whose clock is off by so much, and has been running for a while."""

    off: float = 0.0
    running: float = 5000.0

    def steady(self) -> float:
        return self.running

    def wall(self) -> float:
        return 1_800_000_000.0 + self.off + self.running

    @property
    def clock(self) -> SharedClock:
        return SharedClock(self.steady, self.wall)


@pytest.mark.parametrize("off", [-45.0, 0.0, 45.0, 3600.0])
def test_two_machines_agree_once_they_have_asked_the_database(off: float) -> None:
    right, wrong = Machine().clock, Machine(off).clock
    there = 1_800_005_000.25
    right.set(there, 5000.0, 5000.0)
    wrong.set(there + 0.01, 5000.0, 5000.02)
    assert wrong.now() == pytest.approx(right.now(), abs=0.001)
    assert wrong.far == (abs(off) > FAR)
    assert wrong.apart == pytest.approx(-off + 0.25, abs=0.01)


def test_a_clock_that_somebody_sets_meanwhile_moves_nobody() -> None:
    machine = Machine()
    clock = machine.clock
    clock.set(machine.wall(), machine.running, machine.running)
    before = clock.now()
    machine.off = -600.0
    machine.running += 10.0
    assert clock.now() == before + 10.0
    clock.set(before + 10.0, machine.running, machine.running)
    assert clock.far
