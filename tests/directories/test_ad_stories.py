"""Whole stories over a domain controller: a reset and an unlock by chat, and then people sign in where they really do."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
import pytest_asyncio

from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.ldap.pool import ConnectionPool
from bot.audit.chain import verify
from bot.platform.clock import World
from bot.platform.secret import Secret
from tests.kit.ad_directory import AdministeredActiveDirectory, administered
from tests.kit.attackers import HIS
from tests.kit.broken_wires import STORIES, Broken, Story
from tests.kit.callers import Caller, Channel
from tests.kit.elsewhere import ElsewhereTown
from tests.kit.forgetting import has_forgotten
from tests.kit.kinds import SMS, TOTP
from tests.kit.noticed import his_reset, link, presses
from tests.kit.proxy import Proxy
from tests.kit.residents import GOOD, OLD
from tests.kit.samba import LDAPS, DomainController
from tests.kit.samba_conf import BASE
from tests.kit.stores import migrated

__all__ = ["migrated"]
pytestmark = pytest.mark.long

Call = Callable[[str], Caller]
CorpTown: TypeAlias = ElsewhereTown[AdministeredActiveDirectory]


@pytest.fixture
def controller(request: pytest.FixtureRequest, samba: DomainController) -> DomainController:
    """The worker's own; one that serves files, which takes seconds to start, for a test that asks for it."""
    if "samba_with_files" in request.fixturenames:
        samba = request.getfixturevalue("samba_with_files")
    return samba


@pytest.fixture
def proxy(controller: DomainController) -> Iterator[Proxy]:
    """Between the bot's service account and the domain controller."""
    with Proxy((controller.address, LDAPS)) as made:
        yield made


@pytest_asyncio.fixture
async def town(
    tmp_path: Path, migrated: Path, controller: DomainController, proxy: Proxy, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[CorpTown]:
    """Afterwards: the audit's chain holds, and every secret is forgotten."""
    caplog.set_level(logging.DEBUG, "ldap3")
    corp = administered(controller, "contoso")
    there = replace(corp.pool.servers, hosts=(proxy.host,))
    made = ElsewhereTown(tmp_path, migrated, corp, lambda: ActiveDirectory("contoso", ConnectionPool(there), BASE, corp.world))
    await made.settle_in()
    yield made
    rows = await made.audit()
    await made.leave()
    corp.hang_up()
    assert verify(rows) == []
    has_forgotten(made, caplog.text)


@pytest.fixture(params=[Channel.TERMINAL, Channel.PORTAL], ids=str)
def call(town: CorpTown, request: pytest.FixtureRequest) -> Call:
    return lambda login: Caller(town, login, Channel(request.param))


async def proven(call: Call) -> Caller:
    """Ana, who has forgotten her password and may choose another."""
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    return ana


async def test_ana_resets_by_chat_and_signs_in_everywhere(town: CorpTown, call: Call, samba_with_files: DomainController) -> None:
    ana = await proven(call)
    assert await ana.at() == "reset.new"
    await ana.types("Short-1")
    assert (await ana.at(), await ana.notice()) == ("reset.new", "password.min_length")
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    for password, right in ((GOOD, True), (OLD, False)):
        assert await town.signs_in("ana", password) == ("right" if right else "wrong")
        assert samba_with_files.kinit("ana", Secret(password)) is right
        assert samba_with_files.smbclient("ana", Secret(password)) is right
    assert [tag for tag in await town.tags() if tag.startswith("account:")] == ["account:reset:intended", "account:reset:changed"]


async def test_ben_gets_the_lock_off_and_signs_in_with_the_password_that_he_knows(
    town: CorpTown, call: Call, samba_with_files: DomainController
) -> None:
    ben = call("ben")
    assert await town.signs_in("ben", OLD) == "locked"
    assert not samba_with_files.kinit("ben", Secret(OLD))
    assert not samba_with_files.smbclient("ben", Secret(OLD))
    await ben.wants("unlock")
    await ben.proves_by(SMS)
    assert await ben.at() == "unlock.done"
    assert await town.signs_in("ben", OLD) == "right"
    assert samba_with_files.kinit("ben", Secret(OLD))
    assert samba_with_files.smbclient("ben", Secret(OLD))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_when_the_wire_breaks_people_hear_what_is_true(town: CorpTown, call: Call, proxy: Proxy, story: Story) -> None:
    await story(Broken(town, proxy, await proven(call)))


async def test_what_a_thief_set_a_moment_ago_is_undone_though_the_domain_keeps_passwords_for_a_day(
    town: CorpTown, controller: DomainController
) -> None:
    town.clock.now = World().now()  # as the server has it
    await his_reset(town)
    ana = await town.subject("ana")
    await town.hands.amend("pso-slow", add=(await town.hands.entry(ana)).dn)
    await town.passes(60)  # the next code of the app is another one
    again = await proven(lambda login: Caller(town, login, Channel.TERMINAL))
    assert await again.at() == "password.kept_until"
    owner = await presses(town, await link(town))
    assert await owner.at() == "not_me.undone"
    assert await town.signs_in("ana", HIS) == "wrong"
    assert not controller.kinit("ana", Secret(HIS))


@pytest.mark.parametrize(("login", "wish"), [("pia", "reset"), ("pia", "unlock"), ("olaf", "reset")])
async def test_protected_and_disabled_accounts_are_never_touched(town: CorpTown, call: Call, login: str, wish: str) -> None:
    caller = call(login)
    await caller.wants(wish)
    assert await caller.at() not in {"reset.new", "reset.done", "unlock.done"}
    assert not [tag for tag in await town.tags() if tag.startswith("account:")]
