"""The same conversations where people's accounts live at Entra: told apart are what is done, what is refused, and what nobody knows."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.accounts.interfaces import LATE
from bot.directory.interfaces import Directory
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret
from bot.policy.policy import Policy, RegistrationRules, Scope, ScopeState
from flows.not_me import SOON
from tests.kit.attackers import HIS, MOVING, proven
from tests.kit.callers import Caller, Channel
from tests.kit.entra_directory import FurnishedEntra, furnished
from tests.kit.forgetting import has_forgotten
from tests.kit.graph import Graph, Tenant, cut, throttled
from tests.kit.kinds import SMS, TOTP
from tests.kit.noticed import his_reset, link, presses
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
        await self.app.store.flags.mark_demo()
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
    await ana.proves_by(TOTP)
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
    await town.passes(LATE)
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"


async def test_a_connection_that_breaks_after_the_change_leaves_open_whose_change_it_was(town: CloudTown, ana: Caller) -> None:
    await proves(ana)
    id = (await town.subject(ANA)).partition(":")[2]
    town.graph.meets("PATCH", id, cut(after=True))
    await ana.types(GOOD)
    assert await ana.at() == "reset.moved"  # no password can be tried there
    assert await town.signs_in(ANA, GOOD) == "right"


async def test_a_tenant_that_asks_for_patience_is_silent_and_nothing_is_changed(town: CloudTown, ana: Caller) -> None:
    await proves(ana)
    id = (await town.subject(ANA)).partition(":")[2]
    town.graph.meets("GET", id, throttled("60"))
    await ana.types(GOOD)
    assert (await ana.at(), await ana.notice()) == ("reset.new", "accounts.directory_silent")
    assert await town.signs_in(ANA, OLD) == "right"


async def test_where_no_password_can_be_tried_a_change_becomes_a_reset(town: CloudTown, ana: Caller) -> None:
    """Once the old password was asked for, and a stranger was told that the right one was wrong."""
    await ana.wants("change")
    assert await ana.at() == "change.untried"
    await ana.picks("A new password")
    await town.settle()
    await ana.proves_by(TOTP)
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    assert await town.signs_in(ANA, GOOD) == "right"


async def test_whoever_leaves_it_has_the_password_that_they_had(town: CloudTown, ana: Caller) -> None:
    await ana.wants("change")
    await ana.picks("Leave it")
    assert await ana.at() == "unlock.nothing_done"
    assert await town.signs_in(ANA, OLD) == "right"


async def test_a_stranger_learns_nothing_by_wishing_for_a_change(town: CloudTown) -> None:
    async def reads(name: str) -> str:
        who = Caller(town, name, Channel.PORTAL)
        await who.wants("change")
        return MOVING.sub("", await who.page.reads())

    assert await reads(ANA) == await reads("nobody@contoso.example")


async def test_a_password_that_cannot_be_tried_is_offered_as_no_proof(town: CloudTown) -> None:
    """Whoever has nothing else on file can't begin with it here, and hears so before they type it."""
    await town.use_policy(replace(town.policy, registration=RegistrationRules(with_password=True)))
    nora = Caller(town, "nora@contoso.example", Channel.TERMINAL)
    await nora.wants("register")
    assert await nora.at() == "register.first_by_helpdesk"


async def test_a_lock_that_entra_does_not_tell_is_never_said_to_be_taken_off(town: CloudTown) -> None:
    ana = Caller(town, ANA, Channel.TERMINAL)
    await ana.wants("unlock")
    await ana.begins_with(SMS)
    await ana.types(await town.code(ANA, SMS))
    assert await ana.at() == "unlock.not_locked.untold"  # once that it isn't locked
    assert not [tag for tag in await town.tags() if tag.startswith("account:unlock")]


@pytest.mark.parametrize("login", ["pia", "olaf"])
async def test_protected_and_disabled_accounts_are_left_alone(town: CloudTown, login: str) -> None:
    who = Caller(town, f"{login}@contoso.example", Channel.TERMINAL)
    await who.wants("reset")
    assert await who.at() in {"barred.protected", "barred.disabled"}
    assert await town.signs_in(f"{login}@contoso.example", GOOD) == "wrong"


# ------------------------------------------------ copies that hear of a change a little later


@pytest.fixture
def older(town: CloudTown, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Marks that are shown instead of the true one, each once; empty: the next answer is true."""
    shown: list[str] = []
    true = town.sky.mark

    async def mark(subject: SubjectId, action: Action, at: str = "") -> str:
        there = await true(subject, action, at)
        return (shown.pop(0) or there) if shown else there

    monkeypatch.setattr(town.sky, "mark", mark)
    return shown


async def marked(town: CloudTown) -> str:
    return await town.sky.mark(await town.subject(ANA), Action.RESET)


async def test_not_me_undoes_a_change_whose_first_look_was_at_an_older_copy(town: CloudTown, older: list[str]) -> None:
    """Once it was said that somebody had changed it since, and an attacker's password was left."""
    older += ["", await marked(town)]  # before the change, and right after it
    await his_reset(town, ANA)
    assert older == []
    page = await presses(town, await link(town))
    assert await page.at() == "not_me.undone"
    assert await town.signs_in(ANA, HIS) == "wrong"


async def test_not_me_waits_for_a_copy_that_knows_of_the_change(town: CloudTown, older: list[str]) -> None:
    before = await marked(town)
    await his_reset(town, ANA)
    older += [before]
    page = await presses(town, await link(town))
    assert await page.at() == "not_me.waiting"
    assert await town.signs_in(ANA, HIS) == "right"
    await town.passes(SOON)
    assert await page.at() == "not_me.undone"
    assert await town.signs_in(ANA, HIS) == "wrong"


async def test_not_me_does_not_say_of_an_unknown_change_that_it_was_never_made(
    town: CloudTown, older: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, his = await proven(town, ANA)
    town.secrets.add(HIS)
    before, town.graph.delay = await marked(town), -1
    with monkeypatch.context() as brief:
        brief.setattr("adapters.directories.entra.directory.BUDGET", 1.0)
        await his.types(HIS)
    assert await his.at() == "reset.unconfirmed"
    await town.settle()
    page = await presses(town, await link(town))
    assert await page.at() == "not_me.waiting"
    id = (await town.subject(ANA)).partition(":")[2]
    town.graph.delay = 0
    town.graph.tenant.shows(id, f"{before[:-1]}.5Z")  # the copies have heard of it
    for _ in range(4):  # until nothing can arrive any more
        await town.passes(SOON)
    assert await page.at() == "not_me.undone"
    assert await town.signs_in(ANA, HIS) == "wrong"


async def test_a_change_by_somebody_else_is_left_alone_all_the_same(town: CloudTown) -> None:
    await his_reset(town, ANA)
    path = await link(town)
    town.clock.passes(60)
    await town.sky.set_password(await town.subject(ANA), Secret(GOOD))
    page = await presses(town, path)
    assert await page.at() == "not_me.moved_on"
    assert await town.signs_in(ANA, GOOD) == "right"
