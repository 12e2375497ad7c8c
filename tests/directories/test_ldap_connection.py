"""The wire to a domain controller: whom it trusts, how long it waits, who stands in, and what is said when it breaks."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.active_directory.unclear_writes import UnclearWrites
from adapters.directories.ldap import connection
from adapters.directories.ldap import pool as pools
from adapters.directories.ldap.connection import LdapConnection, SearchScope
from adapters.directories.ldap.errors import LdapRefused, SilenceReason, Silent
from adapters.directories.ldap.pool import ConnectionPool
from bot.directory.interfaces import SignIn, Unreachable
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret
from tests.kit.ad_directory import AdministeredActiveDirectory, servers
from tests.kit.certificates import Authority
from tests.kit.directories import NEW, OLD
from tests.kit.proxy import Proxy
from tests.kit.samba import LDAPS, SERVICE, SERVICE_PASSWORD, DomainController
from tests.kit.samba_conf import BASE


@pytest.fixture
def proxy(samba: DomainController) -> Iterator[Proxy]:
    with Proxy((samba.address, LDAPS)) as made:
        yield made


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that a test can wait for."""
    monkeypatch.setattr(connection, "CONNECT", 0.5)
    monkeypatch.setattr(connection, "ANSWER", 1.0)


@dataclass(kw_only=True)
class Breaking(UnclearWrites):
    """The wire is broken at the very moment of the change, as `how` says."""

    proxy: Proxy
    how: str

    @contextmanager
    def writing(self, subject: SubjectId, host: str, now: float) -> Iterator[None]:
        setattr(self.proxy, self.how, True)
        with super().writing(subject, host, now):
            yield


def breaking(corp: AdministeredActiveDirectory, samba: DomainController, proxy: Proxy, how: str) -> ActiveDirectory:
    return ActiveDirectory(corp.name, to(samba, proxy.host), BASE, corp.world, unclear=Breaking(proxy=proxy, how=how))


def to(samba: DomainController, *hosts: str) -> ConnectionPool:
    return ConnectionPool(replace(servers(samba, SERVICE, SERVICE_PASSWORD), hosts=hosts))


async def why(pool: ConnectionPool) -> tuple[SilenceReason, float]:
    """And how many seconds it took to find out."""
    began = time.monotonic()
    with pytest.raises(Silent) as silent:
        await pool.run(lambda connection: connection.base("", ("currentTime",)))
    pool.close()
    return silent.value.why, time.monotonic() - began


# ------------------------------------------------ whom it trusts


async def test_a_certificate_of_another_authority_is_refused(samba: DomainController, tmp_path: Path) -> None:
    other = Authority.new().trusted(tmp_path / "other.pem")
    pool = ConnectionPool(replace(servers(samba, SERVICE, SERVICE_PASSWORD), ca_file=other))
    assert (await why(pool))[0] is SilenceReason.CERTIFICATE


async def test_a_certificate_with_another_name_is_refused(samba: DomainController) -> None:
    pool = ConnectionPool(replace(servers(samba, SERVICE, SERVICE_PASSWORD), server_name="dc2.corp.example.test"))
    assert (await why(pool))[0] is SilenceReason.CERTIFICATE


async def test_the_plain_port_hears_no_password(samba: DomainController) -> None:
    assert (await why(to(samba, f"{samba.address}:389")))[0] is SilenceReason.NETWORK


async def test_a_service_account_that_is_not_let_in_does_not_knock_until_it_is_locked(samba: DomainController) -> None:
    with Proxy((samba.address, LDAPS)) as proxy:
        wrong = replace(servers(samba, "svc-nothing@corp.example.test", "Wrong-Passw0rd!"), hosts=(proxy.host,))
        pool = ConnectionPool(wrong)
        for _ in range(5):
            with pytest.raises(Silent) as silent:
                await pool.run(lambda connection: connection.base("", ("1.1",)))
            assert silent.value.why is SilenceReason.ACCOUNT
        pool.close()
        assert proxy.calls == 1
    with samba.line("svc-nothing@corp.example.test", SERVICE_PASSWORD):
        """It still gets in."""


# ------------------------------------------------ how long it waits, and who stands in


@pytest.mark.usefixtures("short")
async def test_a_server_that_lets_us_in_and_says_nothing_is_given_up(samba: DomainController, proxy: Proxy) -> None:
    proxy.silent = True
    reason, took = await why(to(samba, proxy.host))
    assert reason is SilenceReason.NETWORK
    assert took < 20.0  # it would say nothing for ever


@pytest.mark.usefixtures("short")
async def test_a_server_that_falls_silent_later_is_given_up_and_holds_up_nobody(samba: DomainController, proxy: Proxy) -> None:
    pool = to(samba, proxy.host)
    assert await pool.run(lambda connection: connection.base("", ("currentTime",)))
    proxy.silent = True
    ticks = 0

    async def ticking() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.05)
            ticks += 1

    beside = asyncio.create_task(ticking())
    assert (await why(pool))[0] is SilenceReason.NETWORK
    beside.cancel()
    assert ticks > 10


@pytest.mark.usefixtures("short")
async def test_another_server_stands_in_and_the_silent_one_is_asked_last_for_a_while(samba: DomainController) -> None:
    with Proxy((samba.address, LDAPS), silent=True) as first, Proxy((samba.address, LDAPS)) as second:
        pool = to(samba, first.host, second.host)
        for _ in range(3):
            assert await pool.run(lambda connection: connection.host) == second.host
        pool.close()
        assert first.calls == 1


async def test_no_server_at_all_is_no_answer(samba: DomainController) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert (await why(to(samba, f"127.0.0.1:{port}", f"127.0.0.1:{port}")))[0] is SilenceReason.NETWORK


async def test_a_line_that_was_hung_up_is_replaced_without_anybody_noticing(samba: DomainController, proxy: Proxy) -> None:
    pool = to(samba, proxy.host)
    await pool.run(lambda connection: connection.base("", ("1.1",)))
    proxy.hangs_up()
    assert await pool.run(lambda connection: connection.base(BASE, ("objectSid",)))
    pool.close()


async def test_more_questions_than_threads_wait_their_turn(samba: DomainController) -> None:
    pool = ConnectionPool(servers(samba, SERVICE, SERVICE_PASSWORD), threads=2)
    found = await asyncio.gather(*(pool.run(lambda connection: connection.base(BASE, ("objectSid",))) for _ in range(20)))
    assert all(found)
    pool.close()


async def test_whoever_gave_up_writes_nothing_later(samba: DomainController, ana: SubjectId) -> None:
    """The turn has ended, and the thread that comes to the change afterwards finds its line cut."""
    pool = to(samba, samba.address)
    done: list[str] = []

    def late(line: LdapConnection) -> None:
        time.sleep(0.4)
        try:
            line.replace(f"<GUID={ana.partition(':')[2]}>", {"lockoutTime": [b"0"]})
            done.append("written")
        except Silent:
            done.append("cut")

    with pytest.raises(Silent):
        await pool.run(late, patience=0.1)
    pool.close()
    assert done == ["cut"]


async def test_a_line_that_was_opened_for_somebody_who_has_given_up_writes_nothing(
    samba: DomainController, corp: AdministeredActiveDirectory, ana: SubjectId
) -> None:
    before = await corp.entry(ana)
    with samba.line(SERVICE, SERVICE_PASSWORD) as line:
        line.given_up = True
        with pytest.raises(Silent):
            line.replace(before.dn, {"pwdLastSet": [b"0"]})
    assert await corp.entry(ana) == before


# ------------------------------------------------ cut off in the middle of a change


async def test_cut_off_before_its_answer_a_change_is_open_and_then_found_done(
    corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController, proxy: Proxy
) -> None:
    cut = breaking(corp, samba, proxy, "cut_answer")
    before = await cut.mark(ana, Action.RESET)
    with pytest.raises(Unreachable):
        await cut.reset(ana, NEW)
    assert await cut.mark(ana, Action.RESET) != before
    assert await corp.sign_in(ana, NEW) is SignIn.RIGHT
    cut.hang_up()


async def test_cut_off_before_it_arrived_a_change_is_open_and_then_found_not_done(
    corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController, proxy: Proxy
) -> None:
    cut = breaking(corp, samba, proxy, "cut_question")
    before = await cut.mark(ana, Action.RESET)
    with pytest.raises(Unreachable):
        await cut.reset(ana, NEW)
    assert await cut.mark(ana, Action.RESET) == before
    assert await corp.sign_in(ana, OLD) is SignIn.RIGHT
    cut.hang_up()


@pytest.mark.usefixtures("short")
async def test_what_became_of_a_change_is_asked_only_where_it_broke_off(
    corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController, proxy: Proxy
) -> None:
    """Another server may not have heard of it: its old stamp would say that nothing was done."""
    cut = replace(breaking(corp, samba, proxy, "silent"), pool=to(samba, proxy.host, samba.address))
    with pytest.raises(Unreachable):
        await cut.reset(ana, NEW)
    with pytest.raises(Unreachable):
        await cut.mark(ana, Action.RESET)
    assert (await cut.state(ana)).changed_at  # of which the others are asked all the same
    proxy.silent = False
    assert await cut.mark(ana, Action.RESET)
    cut.hang_up()


# ------------------------------------------------ what is written down of it


async def test_a_refusal_changes_nothing_and_tells_its_code(samba: DomainController, ana: SubjectId) -> None:
    pool = to(samba, samba.address)
    with pytest.raises(LdapRefused) as no:
        await pool.run(lambda connection: connection.replace(f"<GUID={ana.partition(':')[2]}>", {"description": [b"x"]}))
    assert no.value.code == 50
    assert no.value.text.startswith("00002098")
    pool.close()


async def test_many_entries_come_in_pages(samba: DomainController, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PAGE", 3)
    with samba.line(SERVICE, SERVICE_PASSWORD) as line:
        pages = list(line.pages(BASE, "(objectCategory=group)", ("1.1",), SearchScope.SUBTREE))
    assert len(pages) > 3
    assert len({entry.dn for page in pages for entry in page}) == sum(map(len, pages))


def test_no_password_is_no_sign_in(samba: DomainController) -> None:
    with samba.line(SERVICE, SERVICE_PASSWORD) as line, pytest.raises(ValueError, match="signs nobody in"):
        line.bind(SERVICE, Secret(""))


def test_waits_fit_into_one_another() -> None:
    assert connection.CONNECT + connection.ANSWER < pools.PATIENCE < 10.0
