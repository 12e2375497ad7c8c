"""What `unlatch doctor` sees at an OpenLDAP server, as it should be and as it shouldn't."""

from pathlib import Path

import pytest

from adapters.directories.openldap import wiring
from adapters.directories.openldap.directory import OpenLdapDirectory
from bot.app import build, vendors
from bot.directory.administration import NewAccount
from bot.directory.interfaces import Rejected
from bot.doctor.finding import Finding, Level
from bot.platform.clock import World
from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys
from bot.settings.directories import DirectorySection
from bot.settings.settings import Settings
from tests.kit.certificates import Authority
from tests.kit.directories import ANA, NEW, OLD
from tests.kit.openldap_directory import administered
from tests.kit.slapd import BASE, CONF, EVERYTHING, POLICIES, SERVICE, SERVICE_PASSWORD, Slapd, running

pytestmark = pytest.mark.service

BARE = CONF.partition("overlay ppolicy")[0].replace("moduleload ppolicy", "") + "access to * by * read\n"


def section(server: Slapd, **more: object) -> DirectorySection:
    given = {"kind": "openldap", "hosts": [server.host], "base": BASE, "ca_file": server.ca_file, "account": SERVICE}
    return DirectorySection.model_validate({**given, "password": SERVICE_PASSWORD.reveal(), **more})


def settings(tmp_path: Path, one: DirectorySection) -> Settings:
    return Settings.demo(tmp_path / "data").model_copy(update={"directories": {"office": one}})


async def found(tmp_path: Path, one: DirectorySection) -> list[Finding]:
    return [finding async for finding in vendors(settings(tmp_path, one))]


async def furnished(server: Slapd) -> None:
    directory = administered(server)
    await directory.reset(await directory.create(ANA), NEW)
    directory.hang_up()


def bad(findings: list[Finding]) -> list[str]:
    assert all(finding.remedy for finding in findings if finding.level is not Level.OK)
    return [finding.sentence for finding in findings if finding.level is not Level.OK]


async def test_all_is_well(tmp_path: Path, slapd: Slapd) -> None:
    await furnished(slapd)
    findings = await found(tmp_path, section(slapd))
    assert bad(findings) == []
    said = " ".join(finding.sentence for finding in findings)
    for what in ("certificate that is accepted", "password policy overlay", f"held to cn=default,{POLICIES}", "no password."):
        assert what in said


async def test_each_fault_is_told_with_its_remedy(tmp_path: Path, slapd: Slapd) -> None:
    await furnished(slapd)
    foreign = Authority.new().trusted(tmp_path / "foreign.pem")
    (tmp_path / "empty.pem").touch()
    for more, said in (
        ({"ca_file": foreign}, "isn't one that ca_file vouches for"),
        ({"ca_file": tmp_path / "empty.pem"}, "holds no certificates"),
        ({"server_name": "other.example.test"}, "isn't one that ca_file vouches for"),
        ({"password": "Not-The-Password"}, "isn't let in"),
        ({"hosts": ["127.0.0.1:1"]}, "No server answers."),
        ({"base": "dc=elsewhere,dc=test"}, "there is no dc=elsewhere"),
        ({"account": EVERYTHING}, "can read userPassword"),
    ):
        (sentence,) = bad(await found(tmp_path, section(slapd, **more)))
        assert said in sentence


async def test_a_default_that_cannot_be_told_and_an_empty_place_are_found(tmp_path: Path, slapd: Slapd) -> None:
    directory = administered(slapd)
    await directory.by_root(lambda connection: connection.rename(f"cn=default,{POLICIES}", "cn=another"))
    directory.hang_up()
    default, accounts = bad(await found(tmp_path, section(slapd)))
    assert "which of 2 password policies" in default
    assert "shows no account" in accounts


async def test_a_policy_that_asks_for_the_old_password_at_each_change_is_found(tmp_path: Path, slapd: Slapd) -> None:
    """Nothing but an administrator's reset could be done there, and ours is none."""
    await furnished(slapd)
    directory = administered(slapd)
    await directory.by_root(lambda connection: connection.replace(f"cn=default,{POLICIES}", {"pwdSafeModify": [b"TRUE"]}))
    with pytest.raises(Rejected):
        await directory.reset(await directory.create(NewAccount("zoe", "Zoe Zander", OLD)), NEW)
    directory.hang_up()
    (said,) = bad(await found(tmp_path, section(slapd)))
    assert f"cn=default,{POLICIES} lets nobody set a password without the old one (pwdSafeModify)" in said


async def test_a_server_without_the_overlay_is_found(tmp_path: Path, slapd_template: Path) -> None:
    with running(slapd_template, BARE) as server:
        assert any("has no password policy" in sentence for sentence in bad(await found(tmp_path, section(server))))


async def test_the_house_is_wired_with_it(tmp_path: Path, slapd: Slapd, sqlite: str, keys: Keys) -> None:
    await furnished(slapd)
    given = settings(tmp_path, section(slapd, after_reset=["vpn"])).model_copy(update={"database": sqlite})
    app = await build(given, keys=keys)
    made = app.directories["office"]
    person = await made.find("ana")
    assert person is not None
    assert person.name == ANA.name
    assert made.after_reset() == ("after_reset.vpn",)
    await app.close()
    assert isinstance(made, OpenLdapDirectory)
    made.hang_up()


async def test_without_certificates_to_check_against_it_says_what_to_mend(tmp_path: Path, slapd: Slapd) -> None:
    with pytest.raises(OperatorError, match=r"office: .*none\.pem holds no certificates"):
        wiring.directory("office", section(slapd, ca_file=tmp_path / "none.pem"), World())
