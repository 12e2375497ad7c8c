"""One demo for all walks, started as `make demo` starts it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.browser import chromium
from tests.kit.service import Service, running

__all__ = ["chromium"]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("demo")
    with running("demo", folder) as service:
        yield service
