"""Whole conversations over an OpenLDAP server, which end with a bind that knows nothing of us (`ldapwhoami`)."""

import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
import pytest_asyncio

from adapters.directories.ldap.pool import ConnectionPool
from adapters.directories.openldap.directory import OpenLdapDirectory
from bot.platform.clock import World
from tests.kit.attackers import HIS
from tests.kit.broken_wires import STORIES, Broken, Story
from tests.kit.callers import Caller, Channel
from tests.kit.elsewhere import ElsewhereTown
from tests.kit.kinds import SMS, TOTP
from tests.kit.noticed import his_reset, link, presses
from tests.kit.openldap_directory import AdministeredOpenLdap, administered
from tests.kit.proxy import Proxy
from tests.kit.residents import GOOD, OLD
from tests.kit.slapd import BASE, PEOPLE, POLICIES, Slapd

pytestmark = [pytest.mark.service, pytest.mark.long]


OpenLdapTown: TypeAlias = ElsewhereTown[AdministeredOpenLdap]


@pytest.fixture
def proxy(slapd: Slapd) -> Iterator[Proxy]:
    """Between the bot's service account and the server."""
    with Proxy(("127.0.0.1", slapd.port)) as made:
        yield made


@pytest_asyncio.fixture
async def town(
    tmp_path: Path, migrated: Path, slapd: Slapd, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[OpenLdapTown]:
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.01)  # seconds
    ldap = administered(slapd, name="contoso")
    there = replace(ldap.pool.servers, hosts=(proxy.host,))
    made = ElsewhereTown(
        tmp_path, migrated, ldap, lambda: OpenLdapDirectory("contoso", ConnectionPool(there), BASE, ldap.world, skew=0.0)
    )
    await made.settle_in()
    yield made
    await made.leave()
    ldap.hang_up()


def binds(server: Slapd, login: str, password: str) -> bool:
    """With OpenLDAP's own client."""
    who = ["ldapwhoami", "-H", f"ldaps://{server.host}", "-x", "-D", f"uid={login},{PEOPLE}", "-w", password]
    trusting = os.environ | {"LDAPTLS_CACERT": str(server.ca_file)}
    return not subprocess.run(who, env=trusting, capture_output=True, check=False).returncode


@pytest.mark.parametrize("channel", [Channel.TERMINAL, Channel.PORTAL], ids=str)  # the demo's chat knows the demo's directory
async def test_ana_resets_and_signs_in(town: OpenLdapTown, slapd: Slapd, channel: Channel) -> None:
    ana = Caller(town, "ana", channel)
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types(OLD)
    assert await ana.notice() == "password.history"
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    assert (binds(slapd, "ana", GOOD), binds(slapd, "ana", OLD)) == (True, False)
    assert (await town.tags()).count("account:reset:changed") == 1


async def test_ben_gets_the_lock_off_and_keeps_his_password(town: OpenLdapTown, slapd: Slapd) -> None:
    assert not binds(slapd, "ben", OLD)
    ben = Caller(town, "ben", Channel.PORTAL)
    await ben.wants("unlock")
    await ben.proves_by(SMS)
    assert await ben.at() == "unlock.done"
    assert binds(slapd, "ben", OLD)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_when_the_wire_breaks_people_hear_what_is_true(town: OpenLdapTown, proxy: Proxy, story: Story) -> None:
    ana = Caller(town, "ana", Channel.PORTAL)
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await story(Broken(town, proxy, ana))


async def test_what_a_thief_set_a_moment_ago_is_undone_however_young_it_is(town: OpenLdapTown, slapd: Slapd) -> None:
    town.clock.now = World().now()  # as the server has it
    await his_reset(town)
    entry = await town.hands.entry(await town.subject("ana"))
    await town.hands.set(entry.dn, pwdPolicySubentry=[f"cn=strict,{POLICIES}"])  # keeps passwords for ten minutes
    again = Caller(town, "ana", Channel.PORTAL)
    await town.passes(60)  # the next code of the app is another one
    await again.wants("reset")
    await again.proves_by(TOTP)
    assert await again.at() == "password.kept_until"
    owner = await presses(town, await link(town))
    assert await owner.at() == "not_me.undone"
    assert not binds(slapd, "ana", HIS)


async def test_whom_the_server_keeps_from_us_hears_so_and_nothing_is_changed(town: OpenLdapTown) -> None:
    pia = Caller(town, "pia", Channel.PORTAL)
    await pia.wants("reset")
    await pia.proves_by(TOTP)
    await pia.types(GOOD)
    assert await pia.notice() == "directory.protected"
    assert await town.signs_in("pia", OLD) == "right"
    assert (await town.tags()).count("account:reset:rejected") == 1


async def test_a_rule_of_her_own_is_told_before_she_types(town: OpenLdapTown, slapd: Slapd) -> None:
    subject = await town.subject("ana")
    await town.hands.set((await town.hands.entry(subject)).dn, pwdPolicySubentry=[f"cn=strict,{POLICIES}"])
    await town.hands.set(f"cn=strict,{POLICIES}", pwdMinLength=["30"], pwdMinAge=["0"])
    ana = Caller(town, "ana", Channel.PORTAL)
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types(GOOD)
    assert await ana.notice() == "password.min_length"
    await ana.types(f"{GOOD}-{GOOD[:12]}")
    assert await ana.at() == "reset.done"
    assert binds(slapd, "ana", f"{GOOD}-{GOOD[:12]}")
