"""A rolling upgrade: a replica of the old version goes on beside the new version's tables, may die, and comes back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import build
from bot.audit.chain import verify
from bot.platform.errors import OperatorError
from bot.platform.revisions import Tables
from store.migrate import migrate, tables
from tests.conversations.test_lives import happened_once
from tests.kit.callers import Caller, Channel
from tests.kit.lives import STORIES, Person, play
from tests.kit.postgres import Server, postgres_server
from tests.kit.town import Town
from tests.kit.upgrades import head, upgrade_to_the_next

__all__ = ["postgres_server"]


@pytest_asyncio.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
async def town(
    request: pytest.FixtureRequest, tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    """On either database; afterwards the audit's chain holds."""
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.01)
    url = ""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres_server")
        url = server.url(server.fresh())
    made = await Town(tmp_path, migrated, database=url).settle_in()
    yield made
    assert verify(await made.audit()) == []
    await made.leave()


async def test_an_old_replica_goes_on_dies_and_comes_back_beside_newer_tables(town: Town, tmp_path: Path) -> None:
    url = town.settings.connection().reveal()
    caller = Caller(town, "ana", Channel.DEMO)
    person = Person(STORIES["reset"], caller)
    await person.acts(await caller.at())
    await upgrade_to_the_next(url, tmp_path / "next", usable_from=head(url))
    await person.acts(await caller.at())  # the replica that was running meanwhile
    assert await tables(url) is Tables.NEWER
    await migrate(url)  # what a replica's start script does first
    await town.replica()
    await play(town, person, anew=True)
    await happened_once(town, "reset")


async def test_a_version_that_the_new_tables_were_not_made_for_is_refused_with_the_mend(town: Town, tmp_path: Path) -> None:
    url = town.settings.connection().reveal()
    await upgrade_to_the_next(url, tmp_path / "next", usable_from="9999")
    assert await tables(url) is Tables.TOO_NEW
    for attempt in (build(town.settings, world=town.world, keys=town.keys), migrate(url)):
        with pytest.raises(OperatorError, match="Start the newer version here too"):
            await attempt
