"""The same conversations where people's accounts live at Entra: told apart are what is done, what is refused, and what nobody knows."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.accounts.directory import Directory
from bot.ids import Kind
from bot.policy.policy import Policy, Scope, ScopeState
from bot.secret import Secret
from tests.kit.callers import Caller, Channel
from tests.kit.entra_directory import FurnishedEntra, furnished
from tests.kit.forgetting import has_forgotten
from tests.kit.graph import Graph, Tenant, cut, throttled
from tests.kit.residents import GOOD, OLD, move_in
from tests.kit.town import Life, Town

ANA = "ana@contoso.example"


class CloudTown(Town):
    """The town, with its directory in the cloud."""

    sky: FurnishedEntra

    def __init__(self, folder: Path, migrated: Path) -> None:
        super().__init__(folder, migrated, Policy(scope=Scope(state=ScopeState.ALL)))
        self.graph = Graph(Tenant(self.clock))

    def served(self) -> Directory:
        self.sky = furnished(self.graph, self.world, name="contoso")
        return self.sky

    async def _furnished(self) -> None:
        await self._start()
        await self.app.store.marks.mark_demo()
        self.secrets |= set(await move_in(self.sky, self.app.store.records, self.world))
        await self._apply()
        await self.close()
        self.life = Life()

    async def signs_in(self, login: str, password: str) -> str:
        self.secrets.add(password)
        return (await self.sky.tried(await self.subject(login), Secret(password))).value


@pytest_asyncio.fixture
async def town(tmp_path: Path, migrated: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[CloudTown]:
    for library in ("msal", "urllib3", "aiohttp"):
        caplog.set_level(logging.DEBUG, library)
    town = CloudTown(tmp_path, migrated)
    async with town.graph.serving():
        await town.settle_in()
        yield town
        await town.leave()
    town.secrets |= set(town.graph.signing.issued)
    has_forgotten(town, caplog.text)


@pytest.fixture(params=[Channel.TERMINAL, Channel.PORTAL], ids=str)
def ana(request: pytest.FixtureRequest, town: CloudTown) -> Caller:
    """In a chat, and at the portal."""
    return Caller(town, ANA, Channel(request.param))


async def proves(ana: Caller) -> None:
    await ana.wants("reset")
    await ana.proves_by(Kind.TOTP)
    assert await ana.at() == "reset.new"


async def test_a_reset_is_done_when_entra_shows_it_and_sessions_are_ended(town: CloudTown, ana: Caller) -> None:
    await proves(ana)
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    assert (await town.signs_in(ANA, GOOD), await town.signs_in(ANA, OLD)) == ("right", "wrong")
    assert town.graph.tenant.ended == [(await town.subject(ANA)).partition(":")[2]]
    assert (await town.tags()).count("account:reset:changed") == 1


async def test_the_rules_of_entra_and_its_own_refusals_are_asked_for_again(town: CloudTown, ana: Caller) -> None:
    await proves(ana)
    for password, rule in (("Größe-Lantern-58-Wiese", "password.ascii"), ("Copper-Letmein-58-Meadow", "password.known")):
        await ana.types(password)
        assert (await ana.at(), await ana.notice()) == ("reset.new", rule)
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"


async def test_an_accepted_password_that_nobody_sees_is_told_as_unknown(
    town: CloudTown, ana: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.directories.entra.directory.BUDGET", 1.0)
    await proves(ana)
    town.graph.delay = -1
    await ana.types(GOOD)
    assert await ana.at() == "reset.unconfirmed"
    tags = await town.tags()
    assert "account:reset:changed" not in tags
    assert tags.count("account:reset:unconfirmed") == 1  # once it was written down as rejected, and nobody was told
    town.graph.delay = 0
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"


async def test_a_connection_that_breaks_after_the_change_is_found_to_have_changed_it(town: CloudTown, ana: Caller) -> None:
    await proves(ana)
    id = (await town.subject(ANA)).partition(":")[2]
    town.graph.meets("PATCH", id, cut(after=True))
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    assert await town.signs_in(ANA, GOOD) == "right"


async def test_a_tenant_that_asks_for_patience_is_silent_and_nothing_is_changed(town: CloudTown, ana: Caller) -> None:
    await proves(ana)
    id = (await town.subject(ANA)).partition(":")[2]
    town.graph.meets("GET", id, throttled("60"))
    await ana.types(GOOD)
    assert (await ana.at(), await ana.notice()) == ("reset.new", "accounts.directory_silent")
    assert await town.signs_in(ANA, OLD) == "right"


async def test_the_old_password_cannot_be_tried_here_and_that_is_said(town: CloudTown) -> None:
    ana = Caller(town, ANA, Channel.TERMINAL)
    await ana.wants("change")
    await ana.opens()
    await ana.knows_old_password()
    assert "doesn't let me check the password" in await ana.page.reads()
    assert await town.signs_in(ANA, OLD) == "right"


@pytest.mark.parametrize("login", ["pia", "olaf"])
async def test_protected_and_disabled_accounts_are_left_alone(town: CloudTown, login: str) -> None:
    who = Caller(town, f"{login}@contoso.example", Channel.TERMINAL)
    await who.wants("reset")
    assert await who.at() in {"barred.protected", "barred.disabled"}
    assert await town.signs_in(f"{login}@contoso.example", GOOD) == "wrong"
