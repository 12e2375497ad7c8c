"""Names that change or mislead, what has changed since, and an OpenLDAP server that can't be trusted or heard."""

import asyncio
import socket
import time
from collections.abc import Mapping, Sequence
from functools import partial

import pytest

from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.pool import ConnectionPool, LdapServers
from adapters.directories.openldap.directory import OpenLdapDirectory
from bot.directory.administration import NewAccount
from bot.directory.interfaces import SignIn, Unreachable
from bot.platform.clock import World
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret
from tests.kit.certificates import Authority
from tests.kit.cutting import Cut, cutting
from tests.kit.directories import NEW, OLD
from tests.kit.openldap_directory import AdministeredOpenLdap, administered
from tests.kit.postgres import free_port
from tests.kit.slapd import BASE, GROUPS, PEOPLE, SERVICE, SERVICE_PASSWORD, Slapd

pytestmark = pytest.mark.service


def _add_group(name: str, values: Mapping[str, Sequence[bytes]], line: LdapConnection) -> None:
    line.add(f"cn={name},{GROUPS}", values)


# ------------------------------------------------ names


async def test_somebody_renamed_in_between_is_still_the_one(
    directory: AdministeredOpenLdap, ana: SubjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After we have looked she gets another name, and somebody else gets hers."""
    loop, writes, others = asyncio.get_running_loop(), LdapConnection._modify, list[SubjectId]()

    async def rename() -> None:
        await directory.by_root(lambda connection: connection.rename(f"uid=ana,{PEOPLE}", "uid=ana.new"))
        await directory.set(f"uid=ana.new,{PEOPLE}", uid=["ana.new"])
        others.append(await directory.create(NewAccount("ana", "Another Ana", OLD)))

    def late(line: LdapConnection, dn: str, *given: object) -> None:
        monkeypatch.setattr(LdapConnection, "_modify", writes)
        asyncio.run_coroutine_threadsafe(rename(), loop).result(5)
        writes(line, dn, *given)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(LdapConnection, "_modify", late)
    await directory.reset(ana, NEW)
    assert await directory.sign_in(ana, NEW) is SignIn.RIGHT
    assert await directory.sign_in(others[0], OLD) is SignIn.RIGHT


@pytest.mark.parametrize("text", ["*", "a*", "ana)(uid=*", "ana))(|(uid=*", "\\2a", "ana\\", "(uid=ana)", "ana\n", "ä" * 300])
async def test_a_question_cannot_be_made_out_of_a_name(directory: AdministeredOpenLdap, ana: SubjectId, text: str) -> None:
    found = await directory.find(text)
    assert found is None or text.strip() == "ana"


@pytest.mark.parametrize("login", ["o'neil", "a,b+c", 'q"uote', "star*", "pa(ren)", "back\\slash", "ünïcode"])
async def test_odd_names_are_found_reset_and_in_their_groups(directory: AdministeredOpenLdap, login: str) -> None:
    escaped = "".join(f"\\{sign}" if sign in ',+"\\<>;' else sign for sign in login)
    values = {"objectClass": [b"inetOrgPerson"], "uid": [login.encode()], "cn": [b"Odd"], "sn": [b"Odd"]}
    dn = f"uid={escaped},{PEOPLE}"
    await directory.by_root(lambda connection: connection.add(dn, {**values, "userPassword": [b"Start-Passw0rd!"]}))
    await directory.add_group("Odd-Ones")
    person = await directory.find(login)
    assert person is not None
    await directory.add_member("Odd-Ones", person.subject)
    await directory.reset(person.subject, NEW)
    assert await directory.sign_in(person.subject, NEW) is SignIn.RIGHT
    again = await directory.person(person.subject)
    assert again is not None
    assert (again.login, again.groups) == (login, frozenset({"Odd-Ones"}))
    assert (await directory.changes(None)).persons == [again]


async def test_groups_of_each_kind_count_however_their_members_are_spelled(
    directory: AdministeredOpenLdap, ana: SubjectId
) -> None:
    spelled = f"UID=Ana, {PEOPLE.upper().replace(',', ' , ')}".encode()
    for name, values in {
        "posix": {"objectClass": [b"posixGroup"], "gidNumber": [b"7"], "memberUid": [b"ana"]},
        "unique": {"objectClass": [b"groupOfUniqueNames"], "uniqueMember": [spelled]},
        "names": {"objectClass": [b"groupOfNames"], "member": [spelled]},
    }.items():
        await directory.by_root(partial(_add_group, name, {**values, "cn": [name.encode()]}))
    person = await directory.person(ana)
    assert person is not None
    assert person.groups == {"posix", "unique", "names"}
    assert (await directory.changes(None)).persons == [person]


# ------------------------------------------------ changes


async def test_a_mark_means_the_same_after_a_restart(slapd: Slapd, directory: AdministeredOpenLdap, ana: SubjectId) -> None:
    mark = (await directory.changes(None)).next
    other = administered(slapd)
    told = await other.changes(mark)
    assert (list(told.persons), list(told.gone), told.next) == ([], [], mark)
    ben = await directory.create(NewAccount("ben", "Ben Okafor", OLD))
    third = administered(slapd)
    told = await third.changes(mark)
    assert ({person.subject for person in told.persons}, told.whole) == ({ana, ben}, True)
    told = await other.changes(mark)
    assert ([person.subject for person in told.persons], told.whole) == ([ben], False)
    other.hang_up()
    third.hang_up()


async def test_whoever_leaves_a_group_that_is_deleted_has_changed(directory: AdministeredOpenLdap, ana: SubjectId) -> None:
    await directory.add_group("Staff")
    await directory.add_member("Staff", ana)
    await directory.create(NewAccount("ben", "Ben Okafor", OLD))
    before = (await directory.changes(None)).next
    await directory.by_root(lambda connection: connection.delete(f"cn=Staff,{GROUPS}"))
    (person,) = (await directory.changes(before)).persons
    assert (person.subject, person.groups) == (ana, frozenset())


# ------------------------------------------------ a server that can't be trusted, or heard


def at(slapd: Slapd, host: str, **more: object) -> OpenLdapDirectory:
    place = LdapServers(**{"hosts": (host,), "ca_file": slapd.ca_file, "account": SERVICE, "password": SERVICE_PASSWORD, **more})  # type: ignore[arg-type]  # as the test has them
    return OpenLdapDirectory("ldap", ConnectionPool(place), BASE, World(), skew=0.0)


async def test_another_authority_another_name_and_another_account_are_told_apart(slapd: Slapd) -> None:
    foreign = Authority.new().trusted(slapd.folder / "foreign.pem")
    for more, said in (
        ({"ca_file": foreign}, "certificate"),
        ({"server_name": "other.example.test"}, "certificate"),
        ({"password": Secret("Not-The-Password")}, "service account"),
    ):
        directory = at(slapd, slapd.host, **more)
        health = await directory.health()
        assert not health.ok
        assert said in health.detail
        with pytest.raises(Unreachable):
            await directory.find("ana")
        directory.hang_up()


async def test_a_server_that_refuses_or_is_silent_is_unreachable_in_time_and_another_stands_in(
    slapd: Slapd, directory: AdministeredOpenLdap, ana: SubjectId
) -> None:
    refusing = f"127.0.0.1:{free_port()}"
    silent = socket.create_server(("127.0.0.1", 0))  # connections are made, and nobody answers
    mute = f"127.0.0.1:{silent.getsockname()[1]}"
    begun = time.monotonic()
    for host in (refusing, mute):
        alone = at(slapd, host)
        with pytest.raises(Unreachable):
            await alone.state(ana)
        alone.hang_up()
    both = at(slapd, refusing, hosts=(refusing, slapd.host))
    assert (await both.health()).ok
    both.hang_up()
    assert time.monotonic() - begun < 25  # the mute one would say nothing for ever
    silent.close()


@pytest.mark.parametrize(("cut", "moved"), [(Cut.QUESTIONS, False), (Cut.ANSWERS, True)])
async def test_cut_in_mid_modify_nothing_is_claimed_and_the_mark_tells(
    slapd: Slapd, directory: AdministeredOpenLdap, ana: SubjectId, monkeypatch: pytest.MonkeyPatch, cut: Cut, moved: bool
) -> None:
    writes = LdapConnection._modify
    async with cutting(slapd.port) as wire:
        behind = at(slapd, wire.host)

        def late(line: LdapConnection, dn: str, *given: object) -> None:
            wire.cut = cut
            writes(line, dn, *given)  # type: ignore[arg-type]  # as they came

        before = await behind.mark(ana, Action.RESET)
        monkeypatch.setattr(LdapConnection, "_modify", late)
        with pytest.raises(Unreachable):
            await behind.reset(ana, NEW)
        await asyncio.sleep(0.1)
        assert (await directory.mark(ana, Action.RESET) != before) is moved
        assert await directory.sign_in(ana, NEW if moved else OLD) is SignIn.RIGHT
        behind.hang_up()
