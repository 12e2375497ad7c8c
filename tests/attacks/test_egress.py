"""Every vendor is reached by the one way out that is set: in a network where nothing else is open, and by certificates that it alone vouches for."""

import os
import re
import ssl
import subprocess
from pathlib import Path

import aiohttp
import pytest

from bot.doctor.finding import Level
from bot.doctor.machine import secret_files
from bot.platform.egress import Egress
from bot.platform.errors import OperatorError
from bot.settings.source import load
from tests.house.tree import CODE, ROOT, modules, text
from tests.kit.certificates import Authority
from tests.kit.connect_proxy import ConnectProxy
from tests.kit.namespace import Namespace, namespace
from tests.kit.service import UNLATCH

__all__ = ["namespace"]
VENDORS = (
    "slack.com", "login.microsoftonline.com", "login.botframework.com", "graph.microsoft.com", "api.twilio.com", "accounts.twilio.com",
    "id.contoso.example", "api.pwnedpasswords.com", "sms.contoso.example",
)  # fmt: skip
GUID = "11111111-aaaa-4bbb-8ccc-000000000001"
SETTINGS = f"""
base_url = "http://localhost:8400"
database = "sqlite:///none.sqlite3"
[egress]
proxy = "{{proxy}}"
ca_file = "ca.pem"
[directories.cloud]
kind = "entra"
tenant_id = "{GUID}"
client_id = "{GUID}"
client_secret_file = "secret"
[slack]
bot_token_file = "token"
signing_secret_file = "secret"
[teams]
app_id = "{GUID}"
tenant_id = "{GUID}"
client_secret_file = "secret"
[twilio]
account_sid = "AC{"0" * 32}"
api_key_sid = "SK{"0" * 32}"
api_key_secret_file = "secret"
auth_token_file = "secret"
from = "+15551234567"
countries = ["US"]
daily_budget = 5
[passwords]
breached_range = "https://api.pwnedpasswords.com/range/"
[sms_webhook]
url = "https://sms.contoso.example/send"
secret_file = "webhook"
[sign_in]
issuer = "https://id.contoso.example"
client_id = "unlatch"
"""


def furnished(folder: Path, proxy: str) -> Path:
    """A machine's settings, with all vendors in them."""
    for name, value in (("secret", "not-theirs"), ("token", "xoxb-1-2-not-theirs"), ("webhook", f"whsec_{'A' * 32}")):
        (folder / name).touch(0o600)
        (folder / name).write_text(value)
    (folder / "unlatch.toml").write_text(SETTINGS.format(proxy=proxy))
    return folder / "unlatch.toml"


@pytest.mark.long
def test_where_nothing_but_the_proxy_is_open_every_vendor_is_reached_through_it(namespace: Namespace, tmp_path: Path) -> None:
    with ConnectProxy(namespace.outside, tmp_path, VENDORS) as proxy:
        proxy.authority.trusted(tmp_path / "ca.pem")
        furnished(tmp_path, proxy.url)
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        for _ in range(3):  # a machine that stands still makes a vendor seem away
            subprocess.run(
                [*namespace.enter, *UNLATCH, "doctor"],
                cwd=tmp_path,
                env={**environment, "PYTHONPATH": str(ROOT)},
                stdout=subprocess.DEVNULL,
                check=False,
            )
            if len({said.split()[0] for said in proxy.asked}) == len(VENDORS):
                break
    assert {place.partition(":")[0] for place in proxy.connected} == set(VENDORS)
    assert {said.split()[0] for said in proxy.asked} == set(VENDORS)
    assert proxy.others == []


async def test_a_certificate_that_is_exchanged_in_its_file_is_believed_without_a_restart(tmp_path: Path) -> None:
    ca_file, name = tmp_path / "ca.pem", "id.contoso.example"
    Authority.new().trusted(ca_file)
    with ConnectProxy("127.0.0.1", tmp_path, (name,)) as proxy:
        egress = Egress(proxy.url, ca_file)
        async with egress.session(5) as session:
            url = f"https://{name}/x"
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await session.get(url, proxy=egress.way(url))
            proxy.authority.trusted(ca_file)
            async with session.get(url, proxy=egress.way(url)) as answer:
                assert answer.status == 200


def test_who_is_believed_on_the_way_out_is_no_directory(tmp_path: Path) -> None:
    """What a proxy's CA vouches for isn't a domain controller: LDAP takes the certificates of its own section alone."""
    users = {str(path) for path in modules(*CODE) if "egress" in text(path).lower()}
    assert not {
        path
        for path in users
        if path.startswith(
            ("adapters/directories/ldap/", "adapters/directories/active_directory/", "adapters/directories/openldap/")
        )
    }
    assert Egress("", Authority.new().trusted(tmp_path / "ca.pem")).trust().verify_mode is ssl.CERT_REQUIRED


def test_nobody_opens_a_way_out_of_their_own() -> None:
    """The agent alone has its own settings, on another machine."""
    own = re.compile(r"aiohttp\.ClientSession\(|requests\.Session\(|create_default_context\(|urlopen\(")
    found = {str(path) for path in modules(*CODE) if own.search(text(path))}
    assert found == {
        "adapters/directories/entra/cloud.py",  # a stand-in's certificates, in tests
        "adapters/directories/entra/tokens.py",  # the library's, which is told the way
        "adapters/slack/checks.py", "bot/doctor/network.py",  # look at our own address
        "adapters/directories/ldap/child_process.py", "adapters/directories/ldap/pool.py",  # by each directory's own certificates
        "adapters/writeback/dialler.py", "adapters/writeback/enrolment.py",
        "bot/platform/egress.py",
    }  # fmt: skip


@pytest.mark.parametrize(
    "proxy", ["https://p.example:1", "p.example:1", "http://", "http://me:secret@p.example:1", "http://p.example/x"]
)
def test_a_proxy_is_an_address_without_a_secret_in_it(tmp_path: Path, proxy: str) -> None:
    with pytest.raises(OperatorError, match=r"\[egress\] proxy: has to be"):
        load(furnished(tmp_path, proxy))


def test_a_secret_whose_file_is_written_anew_is_the_new_one(tmp_path: Path) -> None:
    loaded = load(furnished(tmp_path, ""))
    kept = loaded.slack.bot_token
    assert kept is not None and kept.reveal() == "xoxb-1-2-not-theirs"
    new = tmp_path / "new"
    new.write_text("xoxb-1-2-rotated\n")
    new.rename(tmp_path / "token")
    assert kept.reveal() == "xoxb-1-2-rotated"
    (tmp_path / "token").unlink()
    assert kept.reveal() == "xoxb-1-2-rotated"


def test_the_doctor_finds_every_secret_file_that_others_may_read(tmp_path: Path) -> None:
    loaded = load(furnished(tmp_path, ""))
    assert [finding.level for finding in secret_files(loaded)] == [Level.OK]
    for name in ("secret", "token"):
        (tmp_path / name).chmod(0o644)
    said = [finding.sentence for finding in secret_files(loaded) if finding.level is Level.FAIL]
    assert sorted(re.findall(r"(\w+) \(mode 0644\)", " ".join(said))) == ["secret", "token"]
