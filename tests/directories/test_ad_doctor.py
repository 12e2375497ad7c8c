"""What `unlatch doctor` sees at a domain: each thing that may be wrong there has its finding, and nothing is changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.directories.active_directory.dacl import resetters
from adapters.directories.active_directory.wiring import findings
from bot.app.vendors import vendors
from bot.doctor.finding import Finding, Level
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from bot.settings.directories import DirectorySection
from bot.settings.settings import Settings
from tests.kit.ad_directory import STAFF, AdministeredActiveDirectory
from tests.kit.certificates import Authority
from tests.kit.samba import ADMIN, ADMIN_PASSWORD, NOTHING, SERVICE, SERVICE_PASSWORD, DomainController
from tests.kit.samba_conf import BASE, NAME

NOW = World().now


def section(server: DomainController, **given: object) -> DirectorySection:
    told = {
        "kind": "active-directory",
        "hosts": [server.address],
        "base": BASE,
        "ca_file": server.ca_file,
        "account": SERVICE,
        "password": Secret(SERVICE_PASSWORD),
        "server_name": NAME,
    }
    return DirectorySection.model_validate(told | given)


async def seen(server: DomainController, now: float | None = None, **given: object) -> list[Finding]:
    found = findings("corp", section(server, **given), NOW() if now is None else now)
    return [finding async for finding in found]


def of(found: list[Finding], words: str) -> Finding:
    (finding,) = [each for each in found if words in each.sentence]
    return finding


@pytest.fixture
def delegated(samba: DomainController) -> Iterator[str]:
    """Somebody else gets the right to reset passwords, and loses it again."""
    with samba.line(ADMIN, ADMIN_PASSWORD) as line:
        unit = line.base(STAFF, ("nTSecurityDescriptor",))
        assert unit is not None
        sid = samba.sid("pso-strict")
        ace = f"(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;{sid})"
        samba.tool("dsacl", "set", f"--objectdn={STAFF}", f"--sddl={ace}")
        yield "pso-strict"
        line.replace(STAFF, {"nTSecurityDescriptor": list(unit.values["ntsecuritydescriptor"])})


async def test_a_domain_that_is_right_has_but_one_warning(
    corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController
) -> None:
    found = await seen(samba)
    assert [each.sentence for each in found if each.level is not Level.OK] == [of(found, "policy hints").sentence]
    assert STAFF in of(found, "may change accounts in").sentence.partition(" Not in ")[0]
    assert "OU=Service" in of(found, "may change accounts in").sentence.partition(" Not in ")[2]
    assert of(found, "fine-grained ones included").level is Level.OK
    assert of(found, "besides administrators nobody else").level is Level.OK


async def test_looking_changes_no_account(corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController) -> None:
    before = await corp.entry(ana)
    await seen(samba)
    assert await corp.entry(ana) == before


async def test_another_way_in_is_named(
    corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController, delegated: str
) -> None:
    finding = of(await seen(samba), "without any proof")
    assert finding.level is Level.WARN
    assert finding.sentence.endswith(f"by {delegated}.")


async def test_an_account_without_rights_is_told_so(
    corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController
) -> None:
    found = await seen(samba, account=NOTHING)
    assert of(found, "may take no lock off").level is Level.FAIL
    assert of(found, "fine-grained password policies can't be read").level is Level.FAIL
    assert of(found, "3 wrong passwords lock the service account").level is Level.WARN


async def test_a_policy_that_holds_and_cannot_be_read_is_a_fault(
    corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController
) -> None:
    await corp.amend("pso-strict", add=(await corp.entry(ana)).dn)
    assert of(await seen(samba, account=NOTHING), "2 fine-grained password policies can't be read").level is Level.FAIL


async def test_an_administrator_is_no_service_account(
    corp: AdministeredActiveDirectory, ana: SubjectId, samba: DomainController
) -> None:
    found = await seen(samba, account="Administrator@corp.example.test", password=Secret("Adm1n-Passw0rd!"))
    assert of(found, "is an administrator").level is Level.FAIL


async def test_servers_are_looked_at_one_by_one(corp: AdministeredActiveDirectory, samba: DomainController) -> None:
    found = await seen(samba, hosts=["127.0.0.9", samba.address])
    assert of(found, "127.0.0.9: No domain controller answers").level is Level.FAIL
    assert of(found, f"{samba.address} answers").level is Level.OK


async def test_certificate_account_and_clock_have_findings_of_their_own(samba: DomainController, tmp_path: Path) -> None:
    other = Authority.new().trusted(tmp_path / "other.pem")
    (certificate,) = await seen(samba, ca_file=other)
    assert (certificate.level, "certificate" in certificate.sentence) == (Level.FAIL, True)
    (account,) = await seen(samba, password=Secret("Wrong-Passw0rd!"))
    assert (account.level, "isn't let in" in account.sentence) == (Level.FAIL, True)
    late = await seen(samba, now=NOW() + 3600)
    clock = of(late, "seconds apart")  # the domain tells whole seconds, so the figure is one of two
    assert (clock.level, "3600" in clock.sentence or "3601" in clock.sentence) == (Level.FAIL, True)
    ending = await seen(samba, now=4102444800.0 - 86400 * 10)
    assert "ends in 10 days" in of(ending, "the certificate of").sentence
    (nothing,) = await seen(samba, ca_file=tmp_path / "missing.pem")
    assert "no certificates that can be read" in nothing.sentence


async def test_the_doctor_looks_at_each_domain_that_is_configured(samba: DomainController, tmp_path: Path) -> None:
    settings = Settings.demo(tmp_path / "data", 8400).model_copy(update={"directories": {"corp": section(samba)}})
    for only in ("", "ad", "active-directory", "corp"):
        found = [finding async for finding in vendors(settings, only)]
        assert of(found, f"corp: {samba.address} answers").level is Level.OK
        assert [finding.sentence for finding in found if finding.level is not Level.OK and not finding.remedy] == []
    assert [finding async for finding in vendors(settings, "openldap")] == []


async def test_whoever_has_full_control_may_reset_too_and_others_not(
    corp: AdministeredActiveDirectory, samba: DomainController
) -> None:
    unit = await corp.by_root(lambda connection: connection.base(STAFF, ("nTSecurityDescriptor",)))
    assert unit is not None
    able = resetters(unit.raw("ntsecuritydescriptor") or b"")
    assert samba.sid("svc-unlatch") in able
    assert samba.sid("Enterprise Admins") in able  # full control
    assert samba.sid("svc-nothing") not in able
    assert "S-1-5-11" not in able  # authenticated users, who may read
    assert resetters(b"\x01\x00\x04\x80" + bytes(16)) == []
