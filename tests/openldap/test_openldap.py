"""What OpenLDAP does beyond the contract: its policy for one person, its locks, and its rights."""

import asyncio

import pytest

from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.openldap.directory import OpenLdapDirectory
from bot.directory.administration import NewAccount
from bot.directory.interfaces import Rejected, SignIn
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from tests.kit.directories import NEW, OLD, WRONG
from tests.kit.openldap_directory import AdministeredOpenLdap, administered
from tests.kit.slapd import BASE, EVERYTHING, POLICIES, Slapd

pytestmark = pytest.mark.service

FOREVER = "000001010000Z"
DEFAULT, STRICT = f"cn=default,{POLICIES}", f"cn=strict,{POLICIES}"


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


@pytest.mark.parametrize("seconds", [0.0, 5000.0])
async def test_a_lock_that_has_ended_or_has_not_begun_is_none_to_the_server_and_to_us(
    directory: AdministeredOpenLdap, ana: SubjectId, seconds: float
) -> None:
    await directory.lock(ana, seconds)
    assert not (await directory.state(ana)).locked
    assert await directory.sign_in(ana, OLD) is SignIn.RIGHT
    await directory.lock(ana)
    assert await directory.sign_in(ana, OLD) is SignIn.LOCKED


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
    loop, writes = asyncio.get_running_loop(), LdapConnection._modify

    def late(line: LdapConnection, dn: str, *given: object) -> None:
        monkeypatch.setattr(LdapConnection, "_modify", writes)
        asyncio.run_coroutine_threadsafe(directory.enable(ana, enabled=False), loop).result(5)
        writes(line, dn, *given)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(LdapConnection, "_modify", late)
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
    await directory.by_root(lambda connection: connection.rename(DEFAULT, "cn=another"))
    unknown = await directory.rules(ana)
    assert (unknown.min_length, unknown.history) == (1, 0)
    await directory.by_root(lambda connection: connection.delete(STRICT))
    assert (await directory.rules(ana)).min_length == 10


# ------------------------------------------------ rights


async def test_the_right_to_write_keeps_the_policy_and_the_right_to_manage_would_not(
    slapd: Slapd, directory: AdministeredOpenLdap, ana: SubjectId
) -> None:
    assert await reason(directory, ana, OLD) == "password.history"
    lax = administered(slapd, EVERYTHING)
    await lax.reset(ana, OLD)
    lax.hang_up()


async def test_the_service_account_reads_no_password_and_touches_nobody_outside_its_place(
    directory: AdministeredOpenLdap, ana: SubjectId
) -> None:
    seen = await directory.pool.run(lambda connection: connection.search(BASE, "(uid=*)", ("userPassword", "pwdHistory")))
    assert [[value for values in entry.values.values() for value in values] for entry in seen] == [[]]
    root = await directory.create(NewAccount("root", "Root Person", OLD, protected=True))
    assert await reason(directory, root) == "directory.protected"


@pytest.mark.parametrize(("writeback", "unlocks"), [(False, True), (True, False)])
async def test_what_is_switched_off_is_not_done(
    directory: AdministeredOpenLdap, ana: SubjectId, writeback: bool, unlocks: bool
) -> None:
    await directory.lock(ana)
    half = OpenLdapDirectory("ldap", directory.pool, BASE, World(), writeback, unlocks)
    with pytest.raises(Rejected, match=r"directory\.read_only"):
        await half.unlock(ana)
    if writeback:
        await half.reset(ana, NEW)
    else:
        assert await reason(half, ana) == "directory.read_only"
