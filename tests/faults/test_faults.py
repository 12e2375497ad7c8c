"""The short form of `make faults`: a minute of it with every part real. The long one has many seeds, and is no test."""

import shutil
from pathlib import Path

import pytest

from tests.faults.plan import brief
from tests.faults.run import run
from tests.kit import postgres, slapd

SEED = 7


@pytest.mark.service
@pytest.mark.timeout(600)  # a machine that is busy takes longer, and people wait
async def test_a_minute_of_faults_leaves_everything_as_it_was_told(tmp_path: Path) -> None:
    if not postgres.programs() or not shutil.which("slapd", path=slapd.SBIN):
        pytest.skip("PostgreSQL or slapd isn't installed (see .ci/services)")
    plan = brief(SEED)
    figures = await run(plan, tmp_path)
    assert list(figures.wrong) == []
    assert figures.talks == len(plan.talks)
    assert figures.faults


def test_a_seed_is_always_the_same_plan() -> None:
    assert brief(SEED) == brief(SEED)
    assert brief(SEED) != brief(SEED + 1)
