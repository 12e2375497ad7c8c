"""A town to be attacked."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.kit.stores import migrated
from tests.kit.town import Town

__all__ = ["migrated"]


@pytest_asyncio.fixture
async def town(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.01)  # seconds; how long it is has tests of its own
    made = await Town(tmp_path, migrated).settle_in()
    yield made
    await made.leave()
