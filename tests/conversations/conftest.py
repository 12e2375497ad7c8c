"""A town for each test, and, at its end, the search for what may have been left behind."""

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio
import structlog

from bot.audit.chain import verify
from bot.directory.interfaces import Directory
from bot.platform.process import log_to_stderr
from tests.kit.callers import Caller, Channel
from tests.kit.followed import FollowedDirectory, Sky
from tests.kit.forgetting import has_forgotten
from tests.kit.stores import migrated
from tests.kit.town import Killed, Town, quick

__all__ = ["migrated"]

Call = Callable[[str], Caller]


@pytest_asyncio.fixture
async def town(
    tmp_path: Path,
    migrated: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Town]:
    """Afterwards: the audit's chain holds, nothing went wrong unseen, and every secret is forgotten."""
    caplog.set_level(logging.DEBUG)
    for driver in ("aiosqlite", "sqlalchemy"):  # every statement, twice: nobody could read a failure
        caplog.set_level(logging.WARNING, driver)
    log = io.StringIO()
    with redirect_stderr(log):
        log_to_stderr()  # as in production, and to where we can read it
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.01)  # seconds; how long it is has tests of its own
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
    made = await Town(tmp_path, migrated).settle_in()
    yield made
    rows = await made.audit()
    await made.leave()
    structlog.reset_defaults()
    said = capsys.readouterr()
    unseen = [context for context in faults if not isinstance(context.get("exception"), Killed)]
    assert unseen == []
    assert rows == [] or verify(rows) == []
    has_forgotten(made, f"{log.getvalue()}\n{said.out}\n{said.err}\n{caplog.text}\n{faults}")


@pytest.fixture(params=list(Channel), ids=str)
def channel(request: pytest.FixtureRequest) -> Channel:
    """Everywhere."""
    return Channel(request.param)


@pytest.fixture
def call(town: Town, channel: Channel) -> Call:
    """Somebody, by each channel."""
    return lambda login: Caller(town, login, channel)


@pytest.fixture(params=[Channel.TERMINAL, Channel.DEMO, Channel.SLACK, Channel.TEAMS], ids=str)
def chat(request: pytest.FixtureRequest, town: Town) -> Call:
    """Somebody whose chat account is linked, in each chat."""
    return lambda login: Caller(town, login, Channel(request.param))


@pytest.fixture
def sky(town: Town, monkeypatch: pytest.MonkeyPatch) -> Sky:
    """A second directory follows."""
    sky = Sky()

    def served() -> Directory:
        database = town.app.store.database
        return FollowedDirectory("contoso", database, town.world, quick(town.world), mood=town.mood, sky=sky)

    monkeypatch.setattr(town, "served", served)
    cast("dict[str, Directory]", town.app.directories)["contoso"] = served()
    return sky
