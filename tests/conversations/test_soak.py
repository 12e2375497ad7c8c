"""Nothing grows: a few hundred dialogs over sixty days, as `make soak` plays thousands, and what would be noticed."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench.soak import Grown, grew, soaked

pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]
FEW = 240


async def test_a_few_hundred_dialogs_leave_memory_descriptors_database_and_turns_as_they_were(
    tmp_path: Path, migrated: Path
) -> None:
    (tmp_path / "town").mkdir()
    async with soaked(tmp_path / "town", migrated, FEW) as soak:
        found = await soak.run()
    assert grew(found) == []
    assert found["end"].rows["audit"] > 20
    assert min(found["end"].rows[table] for table in ("operation", "window")) > 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"memory": 131.0}, "memory"),
        ({"descriptors": 45}, "descriptors"),
        ({"database": 3.5}, "the database"),
        ({"turn": 9.0}, "a turn"),
        ({"rows": {"window": 400, "audit": 90}}, "rows of window"),
    ],
    ids=lambda more: str(more) if isinstance(more, str) else "",
)
def test_whatever_grows_is_said(more: dict[str, object], said: str) -> None:
    first = Grown(100, 115.0, 40, 2.0, {"window": 200, "audit": 90}, 5.0)
    assert grew({"beginning": first, "end": replace(first, dialogs=300)}) == []
    assert [line.split(":")[0] for line in grew({"beginning": first, "end": replace(first, **more)})] == [said]  # type: ignore[arg-type]  # by name
