"""A real OpenLDAP with its password policy overlay, on a loopback port of its own, with a fresh database for each test."""

import os
import shutil
import socket
import subprocess
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.platform.secret import Secret
from tests.kit.certificates import Authority
from tests.kit.postgres import free_port

SCHEMA, MODULES, PATIENCE = Path("/etc/ldap/schema"), Path("/usr/lib/ldap"), 10.0
SBIN = f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin"  # where Debian keeps servers, in the path of nobody but root
DOCUMENT = Path(__file__).parents[2] / "docs" / "openldap.md"
NAME = "ldap.example.test"
BASE = "dc=example,dc=test"
PEOPLE, ADMINS, GROUPS, POLICIES = f"ou=people,{BASE}", f"ou=admins,{BASE}", f"ou=groups,{BASE}", f"ou=policies,{BASE}"
ROOT, SERVICE, EVERYTHING = f"cn=root,{BASE}", f"cn=svc-unlatch,ou=service,{BASE}", f"cn=svc-everything,ou=service,{BASE}"
ROOT_PASSWORD, SERVICE_PASSWORD = Secret("Root-Passw0rd!"), Secret("Svc-Passw0rd-1!")


def documented() -> str:
    """The access rules of docs/openldap.md, and beside the service account one with the rights that they warn of."""
    _, _, after = DOCUMENT.read_text(encoding="utf-8").partition("```access\n")
    rules = textwrap.dedent(after.partition("   ```")[0]).replace("dc=example,dc=com", BASE)
    for right, more in (("=w", "manage"), ("write", "manage"), ("read", "read")):
        rules = rules.replace(
            f'by dn.exact="{SERVICE}" {right}\n', f'by dn.exact="{EVERYTHING}" {more}\n  by dn.exact="{SERVICE}" {right}\n'
        )
    return rules


CONF = f"""
include {SCHEMA}/core.schema
include {SCHEMA}/cosine.schema
include {SCHEMA}/inetorgperson.schema
include {SCHEMA}/nis.schema
modulepath {MODULES}
moduleload back_mdb
moduleload ppolicy
pidfile FOLDER/slapd.pid
TLSCertificateFile FOLDER/cert.pem
TLSCertificateKeyFile FOLDER/key.pem
security simple_bind=128
database mdb
maxsize 268435456
dbnosync
suffix "{BASE}"
rootdn "{ROOT}"
rootpw {ROOT_PASSWORD.reveal()}
directory FOLDER/db
index objectClass,uid,mail,member,uniqueMember,memberUid,entryUUID eq
overlay ppolicy
ppolicy_default "cn=default,{POLICIES}"
ppolicy_hash_cleartext
ppolicy_use_lockout
limits dn.exact="{SERVICE}" size=unlimited time=unlimited
{documented()}
"""
ENTRIES = f"""
dn: {BASE}
objectClass: domain
dc: example

dn: {PEOPLE}
objectClass: organizationalUnit

dn: {ADMINS}
objectClass: organizationalUnit

dn: {GROUPS}
objectClass: organizationalUnit

dn: {POLICIES}
objectClass: organizationalUnit

dn: ou=service,{BASE}
objectClass: organizationalUnit

dn: cn=default,{POLICIES}
objectClass: device
objectClass: pwdPolicy
pwdAttribute: userPassword
pwdCheckQuality: 2
pwdMinLength: 10
pwdInHistory: 2
pwdLockout: TRUE
pwdMaxFailure: 3
pwdLockoutDuration: 900
pwdFailureCountInterval: 900
pwdMustChange: TRUE
pwdAllowUserChange: TRUE

dn: cn=strict,{POLICIES}
objectClass: device
objectClass: pwdPolicy
pwdAttribute: userPassword
pwdCheckQuality: 2
pwdMinLength: 16
pwdMaxLength: 40
pwdMaxAge: 3600
pwdMinAge: 600
pwdInHistory: 4
pwdLockout: TRUE
pwdMaxFailure: 2

dn: {SERVICE}
objectClass: organizationalRole
objectClass: simpleSecurityObject
userPassword: {SERVICE_PASSWORD.reveal()}

dn: {EVERYTHING}
objectClass: organizationalRole
objectClass: simpleSecurityObject
userPassword: {SERVICE_PASSWORD.reveal()}
"""


@dataclass
class Slapd:
    """One server, and the folder that it lives in."""

    folder: Path
    ca_file: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """In the foreground of a process of ours, so that it can't outlive us unseen."""
        command: list[str | Path] = [
            _program("slapd"),
            "-d",
            "0",
            "-f",
            self.folder / "slapd.conf",
            "-h",
            f"ldaps://{self.host}/",
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.005)
        raise RuntimeError("slapd didn't start")

    def stop(self) -> None:
        """The database is thrown away, so nothing has to be written down."""
        if self.process:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="session")
def slapd_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A furnished database with the certificates, to be copied."""
    if missing := [name for name in ("slapd", "slapadd", "ldapwhoami") if not shutil.which(name, path=SBIN)]:
        pytest.skip(f"{', '.join(missing)} isn't installed (see .ci/services)")
    folder = tmp_path_factory.mktemp("slapd")
    authority = Authority.new()
    authority.trusted(folder / "ca.pem")
    authority.issue(folder, [NAME, "localhost"], ["127.0.0.1"])
    furnish(folder, CONF, ENTRIES)
    return folder


@pytest.fixture
def slapd(slapd_template: Path) -> Iterator[Slapd]:
    """One for this test alone."""
    with running(slapd_template) as server:
        yield server


def furnish(folder: Path, conf: str, entries: str) -> None:
    """A new database in a folder that has its certificates."""
    shutil.rmtree(folder / "db", ignore_errors=True)
    (folder / "db").mkdir()
    (folder / "slapd.conf").write_text(conf.replace("FOLDER", str(folder)))
    given = entries.strip().encode()
    command: list[str | Path] = [_program("slapadd"), "-q", "-f", folder / "slapd.conf"]
    run = subprocess.run(command, input=given, capture_output=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr.decode())


@contextmanager
def running(template: Path, conf: str = CONF) -> Iterator[Slapd]:
    """A copy, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="unlatch-slapd-") as temporary:
        folder = Path(temporary)
        shutil.copytree(template, folder, dirs_exist_ok=True)
        (folder / "slapd.conf").write_text(conf.replace("FOLDER", str(folder)))
        server = Slapd(folder, folder / "ca.pem")
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _program(name: str) -> str:
    return shutil.which(name, path=SBIN) or name
