"""What OpenLDAP does beyond the contract: its policy for one person, its locks, and a server that can't be trusted or heard."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.directories.ldap.line import Line
from adapters.directories.ldap.wire import Place, Wire
from adapters.directories.openldap.directory import OpenLdapDirectory
from bot.accounts.administration import NewAccount
from bot.accounts.directory import Rejected, SignIn, Unreachable
from bot.ids import Action, SubjectId
from bot.secret import Secret
from bot.world import World
from tests.kit.certificates import Authority
from tests.kit.cutting import Cut, cutting
from tests.kit.directories import ANA, NEW, OLD, WRONG
from tests.kit.openldap_directory import AdministeredOpenLdap, administered
from tests.kit.postgres import free_port
from tests.kit.slapd import BASE, EVERYTHING, GROUPS, PEOPLE, POLICIES, SERVICE, SERVICE_PASSWORD, Slapd

pytestmark = pytest.mark.service

FOREVER = "000001010000Z"
DEFAULT, STRICT = f"cn=default,{POLICIES}", f"cn=strict,{POLICIES}"


@pytest_asyncio.fixture
async def directory(slapd: Slapd) -> AsyncIterator[AdministeredOpenLdap]:
    made = administered(slapd)
    yield made
    made.close()


@pytest_asyncio.fixture
async def ana(directory: AdministeredOpenLdap) -> SubjectId:
    return await directory.create(ANA)


async def reason(directory: OpenLdapDirectory, subject: SubjectId, password: Secret = NEW) -> str:
    with pytest.raises(Rejected) as no:
        await directory.reset(subject, password)
    return no.value.words


# ------------------------------------------------ locks


async def test_a_lock_by_wrong_passwords_is_taken_off_with_its_count(directory: AdministeredOpenLdap, ana: SubjectId) -> None:
    for _ in range(3):
        await directory.sign_in(ana, WRONG)
    assert await directory.sign_in(ana, OLD) is SignIn.LOCKED
    await directory.unlock(ana)
    assert "pwdfailuretime" not in (await directory.entry(ana)).values
    assert await directory.sign_in(ana, WRONG) is SignIn.WRONG
    assert await directory.sign_in(ana, OLD) is SignIn.RIGHT


async def test_a_lock_that_the_server_has_let_end_is_none(directory: AdministeredOpenLdap, ana: SubjectId) -> None:
    await directory.lock(ana, 0.0)
    assert not (await directory.state(ana)).locked
    assert await directory.sign_in(ana, OLD) is SignIn.RIGHT


async def test_an_administrators_lock_is_never_taken_off(directory: AdministeredOpenLdap, ana: SubjectId) -> None:
    await directory.enable(ana, enabled=False)
    assert await reason(directory, ana) == "directory.disabled"
    with pytest.raises(Rejected, match=r"directory\.disabled"):
        await directory.unlock(ana)
    assert (await directory.entry(ana)).text("pwdaccountlockedtime") == FOREVER


@pytest.mark.parametrize("unlocks", [False, True])
async def test_an_administrators_lock_that_comes_in_between_stays_as_well(
    directory: AdministeredOpenLdap, ana: SubjectId, monkeypatch: pytest.MonkeyPatch, unlocks: bool
) -> None:
    """It is set after we have looked and before we write: the modify itself has to refuse."""
    await directory.lock(ana)
    loop, writes = asyncio.get_running_loop(), Line._modify

    def late(line: Line, dn: str, *given: object) -> None:
        monkeypatch.setattr(Line, "_modify", writes)
        asyncio.run_coroutine_threadsafe(directory.enable(ana, enabled=False), loop).result(5)
        writes(line, dn, *given)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(Line, "_modify", late)
    with pytest.raises(Rejected, match=r"directory\.disabled"):
        await (directory.unlock(ana) if unlocks else directory.reset(ana, NEW))
    assert (await directory.entry(ana)).text("pwdaccountlockedtime") == FOREVER


async def test_an_account_outside_its_time_is_disabled(directory: AdministeredOpenLdap, ana: SubjectId) -> None:
    await directory.set((await directory.entry(ana)).dn, pwdEndTime=["20200101000000Z"])
    person = await directory.person(ana)
    assert person is not None
    assert not person.enabled
    assert await reason(directory, ana) == "directory.disabled"


# ------------------------------------------------ the policy for this person


async def test_the_policy_of_one_person_is_known_before_and_met_and_broken(
    directory: AdministeredOpenLdap, ana: SubjectId
) -> None:
    await directory.reset(ana, NEW)  # root made her, whose passwords have no age
    await directory.set((await directory.entry(ana)).dn, pwdPolicySubentry=[STRICT])
    rules = await directory.rules(ana)
    assert (rules.min_length, rules.max_length, rules.history) == (16, 40, 5)
    assert 0 < rules.may_change_at - World().now() <= 600
    with pytest.raises(Rejected) as no:
        await directory.reset(ana, Secret("Long-Enough-Lemon-4-Orbit"))
    assert (no.value.words, no.value.args_) == ("password.too_young", (("minutes", "10"),))
    await directory.set(STRICT, pwdMinAge=["0"])
    assert await reason(directory, ana, Secret("Fifteen-Letters")) == "password.min_length"
    assert await reason(directory, ana, Secret("x" * 41)) == "password.max_length"
    assert await directory.bad_tries_left(ana) == 2
    await directory.reset(ana, Secret("Long-Enough-Lemon-4-Orbit"))
    assert await directory.sign_in(ana, Secret("Long-Enough-Lemon-4-Orbit")) is SignIn.RIGHT


async def test_the_server_holds_its_policy_itself_and_its_refusals_are_told_apart(
    directory: AdministeredOpenLdap, ana: SubjectId
) -> None:
    """Rules that we read wrongly (lengths are octets there) are still held, with the same words."""
    await directory.set((await directory.entry(ana)).dn, pwdPolicySubentry=[STRICT])
    await directory.set(STRICT, pwdMinAge=["0"])
    assert await reason(directory, ana, Secret("ä" * 39)) == "password.max_length"
    assert await reason(directory, ana, OLD) == "password.history"


async def test_a_password_too_old_is_expired_and_one_that_must_be_changed_says_so(
    directory: AdministeredOpenLdap, ana: SubjectId
) -> None:
    await directory.reset(ana, NEW)
    await directory.set(DEFAULT, pwdMaxAge=["1"])
    await asyncio.sleep(2.1)
    assert (await directory.state(ana)).expired
    assert await directory.sign_in(ana, NEW) is SignIn.EXPIRED
    assert await directory.sign_in(ana, WRONG) is SignIn.WRONG
    await directory.set(DEFAULT, pwdMaxAge=["0"])
    await directory.set((await directory.entry(ana)).dn, pwdReset=["TRUE"])
    assert await directory.sign_in(ana, NEW) is SignIn.MUST_CHANGE
    await directory.set(DEFAULT, pwdMustChange=["FALSE"])
    assert await directory.sign_in(ana, NEW) is SignIn.RIGHT
    assert not (await directory.state(ana)).must_change


async def test_a_password_that_the_server_would_take_for_a_hash_is_refused(
    directory: AdministeredOpenLdap, ana: SubjectId
) -> None:
    assert await reason(directory, ana, Secret("{SSHA}h6PJ2cQvTlzzUJWlGB3vAuJ8")) == "password.brace"
    assert await directory.sign_in(ana, OLD) is SignIn.RIGHT


async def test_of_several_policies_the_default_is_the_one_called_so(directory: AdministeredOpenLdap, ana: SubjectId) -> None:
    assert (await directory.rules(ana)).min_length == 10
    await directory.by_root(lambda line: line.rename(DEFAULT, "cn=another"))
    unknown = await directory.rules(ana)
    assert (unknown.min_length, unknown.history) == (1, 0)
    await directory.by_root(lambda line: line.delete(STRICT))
    assert (await directory.rules(ana)).min_length == 10


# ------------------------------------------------ rights


async def test_the_right_to_write_keeps_the_policy_and_the_right_to_manage_would_not(
    slapd: Slapd, directory: AdministeredOpenLdap, ana: SubjectId
) -> None:
    assert await reason(directory, ana, OLD) == "password.history"
    lax = administered(slapd, EVERYTHING)
    await lax.reset(ana, OLD)
    lax.close()


async def test_the_service_account_reads_no_password_and_touches_nobody_outside_its_place(
    directory: AdministeredOpenLdap, ana: SubjectId
) -> None:
    seen = await directory.wire.ask(lambda line: line.search(BASE, "(uid=*)", ("userPassword", "pwdHistory")))
    assert [[value for values in entry.values.values() for value in values] for entry in seen] == [[]]
    root = await directory.create(NewAccount("root", "Root Person", OLD, protected=True))
    assert await reason(directory, root) == "directory.protected"


@pytest.mark.parametrize(("writeback", "unlocks"), [(False, True), (True, False)])
async def test_what_is_switched_off_is_not_done(
    directory: AdministeredOpenLdap, ana: SubjectId, writeback: bool, unlocks: bool
) -> None:
    await directory.lock(ana)
    half = OpenLdapDirectory("ldap", directory.wire, BASE, World(), writeback, unlocks)
    with pytest.raises(Rejected, match=r"directory\.read_only"):
        await half.unlock(ana)
    if writeback:
        await half.reset(ana, NEW)
    else:
        assert await reason(half, ana) == "directory.read_only"


# ------------------------------------------------ names


async def test_somebody_renamed_in_between_is_still_the_one(
    directory: AdministeredOpenLdap, ana: SubjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After we have looked she gets another name, and somebody else gets hers."""
    loop, writes, others = asyncio.get_running_loop(), Line._modify, list[SubjectId]()

    async def rename() -> None:
        await directory.by_root(lambda line: line.rename(f"uid=ana,{PEOPLE}", "uid=ana.new"))
        await directory.set(f"uid=ana.new,{PEOPLE}", uid=["ana.new"])
        others.append(await directory.create(NewAccount("ana", "Another Ana", OLD)))

    def late(line: Line, dn: str, *given: object) -> None:
        monkeypatch.setattr(Line, "_modify", writes)
        asyncio.run_coroutine_threadsafe(rename(), loop).result(5)
        writes(line, dn, *given)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(Line, "_modify", late)
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
    await directory.by_root(lambda line: line.add(dn, {**values, "userPassword": [b"Start-Passw0rd!"]}))
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
        given = {**values, "cn": [name.encode()]}
        await directory.by_root(lambda line, name=name, given=given: line.add(f"cn={name},{GROUPS}", given))  # type: ignore[misc]
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
    other.close()
    third.close()


async def test_whoever_leaves_a_group_that_is_deleted_has_changed(directory: AdministeredOpenLdap, ana: SubjectId) -> None:
    await directory.add_group("Staff")
    await directory.add_member("Staff", ana)
    await directory.create(NewAccount("ben", "Ben Okafor", OLD))
    before = (await directory.changes(None)).next
    await directory.by_root(lambda line: line.delete(f"cn=Staff,{GROUPS}"))
    (person,) = (await directory.changes(before)).persons
    assert (person.subject, person.groups) == (ana, frozenset())


# ------------------------------------------------ a server that can't be trusted, or heard


def at(slapd: Slapd, host: str, **more: object) -> OpenLdapDirectory:
    place = Place(**{"hosts": (host,), "ca_file": slapd.ca_file, "account": SERVICE, "password": SERVICE_PASSWORD, **more})  # type: ignore[arg-type]  # as the test has them
    return OpenLdapDirectory("ldap", Wire(place), BASE, World(), skew=0.0)


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
        directory.close()


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
        alone.close()
    both = at(slapd, refusing, hosts=(refusing, slapd.host))
    assert (await both.health()).ok
    both.close()
    assert time.monotonic() - begun < 9
    silent.close()


@pytest.mark.parametrize(("cut", "moved"), [(Cut.QUESTIONS, False), (Cut.ANSWERS, True)])
async def test_cut_in_mid_modify_nothing_is_claimed_and_the_mark_tells(
    slapd: Slapd, directory: AdministeredOpenLdap, ana: SubjectId, monkeypatch: pytest.MonkeyPatch, cut: Cut, moved: bool
) -> None:
    writes = Line._modify
    async with cutting(slapd.port) as wire:
        behind = at(slapd, wire.host)

        def late(line: Line, dn: str, *given: object) -> None:
            wire.cut = cut
            writes(line, dn, *given)  # type: ignore[arg-type]  # as they came

        before = await behind.mark(ana, Action.RESET)
        monkeypatch.setattr(Line, "_modify", late)
        with pytest.raises(Unreachable):
            await behind.reset(ana, NEW)
        await asyncio.sleep(0.1)
        assert (await directory.mark(ana, Action.RESET) != before) is moved
        assert await directory.sign_in(ana, NEW if moved else OLD) is SignIn.RIGHT
        behind.close()
