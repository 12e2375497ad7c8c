"""Active Directory, account by account: whose rules hold, how it stands, and who is never touched."""

from functools import partial

import pytest

from adapters.directories.active_directory import password_writes
from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.active_directory.people import is_protected, named
from adapters.directories.active_directory.queries import HINTS, KEEP_HISTORY, AccountQueries
from adapters.directories.active_directory.values import EPOCH, TICKS
from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.entry import Entry
from adapters.directories.ldap.errors import LdapRefused
from bot.directory.administration import NewAccount
from bot.directory.interfaces import Rejected, SignIn, Unreachable
from bot.platform.clock import World
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret
from tests.kit.ad_directory import STAFF, AdministeredActiveDirectory, pool_of
from tests.kit.directories import NEW, OLD, WRONG
from tests.kit.samba import DomainController
from tests.kit.samba_conf import BASE

DAY = 86_400.0
LONG = Secret("Much-Longer-Than-16-Signs")


async def refused(asked: ActiveDirectory, subject: SubjectId, password: Secret = NEW) -> Rejected:
    with pytest.raises(Rejected) as no:
        await asked.reset(subject, password)
    return no.value


# ------------------------------------------------ whose rules


async def test_a_fine_grained_policy_is_known_broken_and_met(corp: AdministeredActiveDirectory, ana: SubjectId) -> None:
    await corp.amend("pso-strict", add=(await corp.entry(ana)).dn)
    rules = await corp.rules(ana)
    assert (rules.min_length, rules.complexity) == (16, True)
    assert await corp.bad_tries_left(ana) == 2
    no = await refused(corp, ana, Secret("Fifteen-Signs-7"))
    assert (no.words, no.args_) == ("password.min_length", (("least", "16"),))
    assert (await refused(corp, ana, Secret("only-small-letters-here"))).words == "password.classes"
    assert (await refused(corp, ana, Secret("Anita-And-16-Signs"))).words == "password.names"
    await corp.reset(ana, LONG)
    assert await corp.sign_in(ana, LONG) is SignIn.RIGHT


async def test_the_server_itself_holds_to_the_policy_that_we_read(
    corp: AdministeredActiveDirectory, ana: SubjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever slips through our own check meets the server's, whose no changes nothing: neither password nor lock."""
    await corp.amend("pso-strict", add=(await corp.entry(ana)).dn)
    monkeypatch.setattr(password_writes, "demand", lambda *_: None)
    await corp.lock(ana)
    assert (await refused(corp, ana, Secret("Fifteen-Signs-7"))).words == "password.quality"
    assert (await corp.state(ana)).locked
    await corp.unlock(ana)
    assert await corp.sign_in(ana, OLD) is SignIn.RIGHT


async def test_a_minimum_age_is_held_by_us_and_says_when_it_ends(
    corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController
) -> None:
    """A domain controller lets an administrative reset through however young the password is."""
    await corp.amend("pso-slow", add=(await corp.entry(ana)).dn)
    changed = (await corp.state(ana)).changed_at
    assert changed is not None
    assert (await corp.rules(ana)).may_change_at == pytest.approx(changed + DAY)
    no = await refused(corp, ana)
    assert (no.words, no.args_) == ("password.too_young", (("minutes", "1440"),))
    later = ActiveDirectory("corp", pool_of(samba), BASE, World(now=lambda: changed + DAY))
    await later.reset(ana, NEW)
    later.hang_up()
    assert await corp.sign_in(ana, NEW) is SignIn.RIGHT


async def test_a_password_that_must_be_changed_may_be_however_young(corp: AdministeredActiveDirectory) -> None:
    new = await corp.create(NewAccount("zoe", "Zoe Person", OLD, must_change=True))
    await corp.amend("pso-slow", add=(await corp.entry(new)).dn)
    assert (await corp.rules(new)).may_change_at == 0.0
    await corp.reset(new, NEW)
    assert not (await corp.state(new)).must_change


async def test_a_policy_that_may_not_be_read_is_taken_for_a_strict_one(
    corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController
) -> None:
    await corp.amend("pso-strict", add=(await corp.entry(ana)).dn)
    blind = ActiveDirectory("corp", pool_of(samba, "svc-nothing@corp.example.test"), BASE, corp.world)
    rules = await blind.rules(ana)
    assert (rules.min_length, rules.complexity) == (20, True)
    assert await blind.bad_tries_left(ana) == 0
    blind.hang_up()


async def test_a_server_that_cannot_hold_to_the_history_refuses_instead_of_forgetting(
    corp: AdministeredActiveDirectory, ana: SubjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if it had listed the control, which this one doesn't know: critical as it is, nothing is changed without it."""
    monkeypatch.setattr(AccountQueries, "policy_hints", lambda _: ((HINTS[0], True, KEEP_HISTORY),))
    assert (await corp.rules(ana)).history == 3
    assert (await refused(corp, ana)).words == "directory.refused"
    assert await corp.sign_in(ana, OLD) is SignIn.RIGHT


async def test_whoever_takes_an_account_back_asks_for_no_history_since_that_would_bring_the_minimum_age_with_it(
    corp: AdministeredActiveDirectory, ana: SubjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if it had listed the control, which this one refuses."""
    monkeypatch.setattr(AccountQueries, "policy_hints", lambda _: ((HINTS[0], True, KEEP_HISTORY),))
    await corp.amend("pso-slow", add=(await corp.entry(ana)).dn)
    await corp.reset(ana, NEW, whatever_age=True)
    assert await corp.sign_in(ana, NEW) is SignIn.RIGHT


# ------------------------------------------------ how it stands


async def test_whoever_has_signed_in_is_told_from_whoever_never_has(corp: AdministeredActiveDirectory, ana: SubjectId) -> None:
    told = (await corp.state(ana)).signed_in, await corp.sign_in(ana, OLD), (await corp.state(ana)).signed_in
    assert told == (False, SignIn.RIGHT, True)


async def test_a_password_that_ran_out_says_so_and_a_reset_cures_it(
    corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController
) -> None:
    fresh = await corp.state(ana)
    assert fresh.changed_at is not None
    assert fresh.expires_at == pytest.approx(fresh.changed_at + 42 * DAY)
    samba.aged((await corp.entry(ana)).dn, int((fresh.changed_at - 43 * DAY + EPOCH) * TICKS))
    old = await corp.state(ana)
    assert (old.expired, old.must_change, fresh.expired) == (True, False, False)
    assert await corp.sign_in(ana, WRONG) is SignIn.WRONG
    assert await corp.sign_in(ana, OLD) is SignIn.EXPIRED
    await corp.reset(ana, NEW)
    assert not (await corp.state(ana)).expired
    assert await corp.sign_in(ana, NEW) is SignIn.RIGHT


async def test_an_account_that_has_run_out_is_not_enabled_and_left_alone(
    corp: AdministeredActiveDirectory, ana: SubjectId
) -> None:
    yesterday = int((corp.world.now() - DAY + EPOCH) * TICKS)
    await corp.set((await corp.entry(ana)).dn, accountExpires=[str(yesterday)])
    person = await corp.person(ana)
    assert person is not None and not person.enabled
    assert (await corp.state(ana)).disabled
    assert (await refused(corp, ana)).words == "directory.over"
    with pytest.raises(Rejected, match=r"directory\.over"):
        await corp.unlock(ana)
    assert await corp.sign_in(ana, WRONG) is SignIn.WRONG
    assert await corp.sign_in(ana, OLD) is SignIn.DISABLED


async def test_whoever_may_not_sign_in_at_this_hour_still_knows_the_password(
    corp: AdministeredActiveDirectory, ana: SubjectId
) -> None:
    dn = (await corp.entry(ana)).dn
    await corp.by_root(lambda connection: connection.replace(dn, {"logonHours": [bytes(21)]}))
    assert await corp.sign_in(ana, OLD) is SignIn.RIGHT
    assert await corp.sign_in(ana, WRONG) is SignIn.WRONG


async def test_what_comes_after_a_null_is_no_part_of_a_right_password(corp: AdministeredActiveDirectory, ana: SubjectId) -> None:
    """The server stops reading at it, and would let everybody in who goes on after it."""
    assert await corp.sign_in(ana, Secret(f"{OLD.reveal()}\0anything")) is SignIn.WRONG
    assert await corp.bad_tries_left(ana) == 2


# ------------------------------------------------ who is never touched


async def test_whoever_became_an_admin_a_moment_ago_is_protected_by_us(
    corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController
) -> None:
    """The server would let the delegated account do it: Windows until SDProp's next run, Samba for ever."""
    await corp.add_group("Helpers")
    await corp.add_member("Helpers", ana)
    await corp.by_root(
        lambda connection: connection.amend(
            f"CN=Domain Admins,CN=Users,{BASE}", "member", add=[f"CN=Helpers,OU=Groups,{BASE}".encode()]
        )
    )
    person = await corp.person(ana)
    assert person is not None and person.protected and person.admin
    assert "Domain Admins" in person.groups
    assert (await refused(corp, ana)).words == "directory.protected"


async def test_a_mark_of_former_power_protects_without_making_an_admin(corp: AdministeredActiveDirectory, ana: SubjectId) -> None:
    await corp.set((await corp.entry(ana)).dn, adminCount=["1"])
    person = await corp.person(ana)
    assert person is not None and person.protected and not person.admin
    assert (await refused(corp, ana)).words == "directory.protected"


@pytest.mark.parametrize("login", ["krbtgt", "Administrator"])
async def test_the_domains_own_accounts_are_protected(corp: AdministeredActiveDirectory, login: str) -> None:
    person = await corp.find(login)
    assert person is not None and person.protected
    assert (await refused(corp, person.subject)).words == "directory.protected"
    with pytest.raises(Rejected, match=r"directory\.protected"):
        await corp.unlock(person.subject)


# ------------------------------------------------ names that change, and rights that end


async def test_a_new_name_and_a_new_place_in_between_do_no_harm(corp: AdministeredActiveDirectory, ana: SubjectId) -> None:
    rules, mark = await corp.rules(ana), await corp.mark(ana, Action.RESET)
    dn = (await corp.entry(ana)).dn
    await corp.by_root(lambda connection: connection.rename(dn, "CN=Ana Okafor"))
    assert await corp.rules(ana) == rules
    assert await corp.mark(ana, Action.RESET) == mark
    await corp.reset(ana, NEW)
    assert (await corp.entry(ana)).dn == f"CN=Ana Okafor,{STAFF}"
    assert await corp.sign_in(ana, NEW) is SignIn.RIGHT


async def test_outside_of_the_delegated_unit_nothing_is_changed(corp: AdministeredActiveDirectory) -> None:
    person = await corp.find("svc-nothing")
    assert person is not None
    assert (await refused(corp, person.subject)).words == "directory.no_rights"
    with pytest.raises(Rejected, match=r"directory\.no_rights"):
        await corp.unlock(person.subject)


async def test_the_service_account_may_write_two_attributes_of_people_in_one_unit_and_nothing_else(
    corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController
) -> None:
    boss = await corp.find("Administrator")
    outside = await corp.find("svc-nothing")
    assert boss is not None
    assert outside is not None
    writable = {}
    for subject in (ana, boss.subject, outside.subject):
        entry = await corp.pool.run(partial(_effective, subject))
        writable[subject] = set(entry.texts("allowedattributeseffective")) if entry else None
    assert writable == {ana: {"lockoutTime", "pwdLastSet"}, boss.subject: set(), outside.subject: set()}
    for forbidden in (
        lambda connection: connection.delete(named(ana) or ""),
        lambda connection: connection.rename(named(ana) or "", "CN=Mallory"),
        lambda connection: connection.add(f"CN=mallory,{STAFF}", {"objectClass": [b"user"], "sAMAccountName": [b"mallory"]}),
        lambda connection: connection.amend(f"CN=Domain Admins,CN=Users,{BASE}", "member", add=[f"CN=ana,{STAFF}".encode()]),
    ):
        with pytest.raises(LdapRefused):
            await corp.pool.run(forbidden)
    assert (await corp.entry(ana)).dn == f"CN=ana,{STAFF}"


def _effective(subject: SubjectId, line: LdapConnection) -> Entry | None:
    return line.base(named(subject) or "", ("allowedAttributesEffective",))


async def test_where_writing_is_switched_off_nothing_is_written(
    corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController
) -> None:
    off = ActiveDirectory("corp", corp.pool, BASE, corp.world, writeback=False)
    locked = ActiveDirectory("corp", corp.pool, BASE, corp.world, unlocks=False)
    assert (await refused(off, ana)).words == "directory.read_only"
    for each in (off, locked):
        with pytest.raises(Rejected, match=r"directory\.read_only"):
            await each.unlock(ana)
    await locked.reset(ana, NEW)
    assert await corp.sign_in(ana, NEW) is SignIn.RIGHT


async def test_whoever_is_gone_in_between_is_gone(corp: AdministeredActiveDirectory, ana: SubjectId) -> None:
    await corp.delete(ana)
    assert (await refused(corp, ana)).words == "people.gone"
    with pytest.raises(Unreachable):
        await corp.mark(ana, Action.RESET)


async def test_everybody_has_a_upn_without_being_given_one(corp: AdministeredActiveDirectory) -> None:
    """NAME@domain, as Windows and Samba take it. A mail address that says the same doesn't get in its way."""
    ben = await corp.create(NewAccount("ben", "Ben Okafor", OLD))
    await corp.create(NewAccount("other", "Another", OLD, mail="ben@corp.example.test"))
    person = await corp.find(" Ben@corp.example.test")
    assert person is not None
    assert person.subject == ben
    assert await corp.find("ben@elsewhere.example.test") is None
    assert await corp.find("@corp.example.test") is None


async def test_whose_groups_cannot_be_seen_is_taken_for_an_administrator() -> None:
    """Read without `tokenGroups`, as where the right to them is missing."""
    plain = Entry("CN=x", {"objectsid": [bytes.fromhex("010500000000000515000000") + bytes(12) + b"\x50\x04\x00\x00"]})
    assert is_protected(plain)


async def test_an_accent_is_no_trifle_to_us(corp: AdministeredActiveDirectory) -> None:
    """To the server é is e; whoever types another's name isn't that person."""
    rene = await corp.create(NewAccount("rené", "René Person", OLD))
    assert await corp.find("rene") is None
    person = await corp.find("RENÉ")
    assert person is not None and person.subject == rene
