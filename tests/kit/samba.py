"""A real domain controller (Samba), provisioned once and kept on disk; each worker starts a copy on a loopback address of its own."""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.directories.ldap.line import SUCCESS, Line
from bot.secret import Secret
from tests.kit import samba_conf
from tests.kit.certificates import Authority
from tests.kit.samba_conf import BASE, DOMAIN, HOST, NAME, REALM

MAKER = Path(__file__).with_name("samba_template.py")
PYTHON = "/usr/bin/python3"  # the one that Debian's Samba is made for
DELEGATE = Path(__file__).parents[2] / "manifest" / "active-directory" / "delegate.sh"
ADMIN_PASSWORD, SERVICE_PASSWORD = "Adm1n-Passw0rd!", "Svc-Passw0rd-1!"
ADMIN, SERVICE, NOTHING = (f"{login}@corp.example.test" for login in ("Administrator", "svc-unlatch", "svc-nothing"))
LDAPS, PATIENCE = 636, 30.0
LOCKOUT = "--account-lockout-duration=30 --reset-account-lockout-after=30"
PSO = "domain passwordsettings pso"
STEPS = f"""
domain passwordsettings set --complexity=off --history-length=3 --min-pwd-length=10 --min-pwd-age=0 --max-pwd-age=42 \
 --account-lockout-threshold=3 {LOCKOUT}
ou create OU=Staff
ou create OU=Groups
ou create OU=Service
user create svc-unlatch {SERVICE_PASSWORD} --userou=OU=Service
user setexpiry svc-unlatch --noexpiry
user create svc-nothing {SERVICE_PASSWORD} --userou=OU=Service
spn add ldap/{NAME} DC1$
group add pso-strict --groupou=OU=Service
group add pso-slow --groupou=OU=Service
{PSO} create strict 10 --min-pwd-length=16 --complexity=on --history-length=7 --min-pwd-age=0 \
 --account-lockout-threshold=2 {LOCKOUT}
{PSO} create slow 20 --min-pwd-length=10 --complexity=off --history-length=3 --min-pwd-age=1 --max-pwd-age=42 \
 --account-lockout-threshold=3 {LOCKOUT}
{PSO} create service 1 --min-pwd-length=14 --account-lockout-threshold=0 --max-pwd-age=0
{PSO} apply strict pso-strict
{PSO} apply slow pso-slow
{PSO} apply service svc-unlatch
"""


@dataclass(frozen=True)
class DomainController:
    """One that runs, and how to speak with it."""

    folder: Path
    address: str
    authority: Authority

    @property
    def ca_file(self) -> Path:
        return self.folder / "tls" / "ca.pem"

    @property
    def environment(self) -> dict[str, str]:
        """For kinit and smbclient."""
        return os.environ | {"KRB5_CONFIG": str(self.folder / "etc" / "krb5.conf"), "KRB5CCNAME": f"FILE:{self.folder}/ticket"}

    @contextmanager
    def line(self, account: str, password: str) -> Iterator[Line]:
        """Signed in."""
        opened = Line(self.address, ssl.create_default_context(cafile=self.ca_file), NAME).open()
        try:
            assert opened.bind(account, Secret(password)).code == SUCCESS
            yield opened
        finally:
            opened.close()

    def kinit(self, login: str, password: Secret) -> bool:
        """Whether Kerberos gives a ticket."""
        typed = (password.reveal() + "\n").encode()
        return not subprocess.run(
            ["kinit", login], check=False, input=typed, env=self.environment, capture_output=True
        ).returncode

    def smbclient(self, login: str, password: Secret) -> bool:
        """Whether the file server lets somebody in."""
        given = os.environ | {"USER": login, "PASSWD": password.reveal()}
        asked = ["smbclient", f"//{self.address}/netlogon", "-c", "ls", "-W", DOMAIN, "-s", str(self.folder / "etc" / "smb.conf")]
        return not subprocess.run(asked, check=False, env=given, capture_output=True).returncode

    def aged(self, dn: str, ticks: int) -> None:
        """The password was set then. No server lets anybody say so, so it is written past it, into the database's file."""
        (path,) = (self.folder / "private" / "sam.ldb.d").glob(f"{BASE.upper()}.ldb")
        change = f"dn: {dn}\nchangetype: modify\nreplace: pwdLastSet\npwdLastSet: {ticks}\n"
        subprocess.run(["ldbmodify", "-H", f"tdb://{path}"], check=True, input=change.encode(), capture_output=True)

    def tool(self, *arguments: str) -> None:
        """samba-tool on the running database's files."""
        conf = self.folder / "etc" / "smb.conf"
        here = ["-H", f"tdb://{self.folder}/private/sam.ldb", "-s", str(conf)]
        subprocess.run(["samba-tool", *arguments, *here], check=True, capture_output=True)


@pytest.fixture(scope="session")
def samba_template(request: pytest.FixtureRequest) -> Path:
    """Kept under the hash of all that makes it."""
    if os.geteuid():
        pytest.skip("Samba needs root for its ports (389, 636 and 88 can't be changed)")
    if missing := [name for name in ("samba", "samba-tool", "ldbmodify", "kinit", "smbclient") if not shutil.which(name)]:
        pytest.skip(f"{', '.join(missing)} isn't installed (see .ci/services)")
    return template(request.config.cache.mkdir("samba"))


@pytest.fixture(scope="session")
def samba(samba_template: Path) -> Iterator[DomainController]:
    """LDAP and Kerberos, in one process."""
    with running(samba_template) as controller:
        yield controller


def template(kept: Path) -> Path:
    """Made by whoever comes first."""
    sources = (MAKER, Path(samba_conf.__file__), Path(__file__), DELEGATE)
    folder = kept / hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _provision(folder)
            (folder / "ready").touch()
    return folder


def _provision(folder: Path) -> None:
    conf = samba_conf.write(folder, "127.0.0.1", "ldap")
    steps = [step for step in STEPS.splitlines() if step]
    here = f"-H tdb://{folder}/private/sam.ldb -s {conf}"
    told = {
        "conf": str(conf),
        "realm": REALM,
        "domain": DOMAIN,
        "host": HOST,
        "admin": ADMIN_PASSWORD,
        "steps": [f"{step} {here}" for step in steps],
    }
    run = subprocess.run([PYTHON, "-I", MAKER], check=False, input=json.dumps(told).encode(), capture_output=True)
    if run.returncode:
        raise RuntimeError(run.stderr.decode())
    options = os.environ | {"SAMBA_TOOL_OPTIONS": here}
    subprocess.run([DELEGATE, "svc-unlatch", BASE, f"OU=Staff,{BASE}"], env=options, check=True)


@contextmanager
def running(made: Path, services: str = "ldap, cldap, kdc") -> Iterator[DomainController]:
    """A copy, until the block ends; when this process dies, it ends by itself, since its input does."""
    with _own_address() as address, tempfile.TemporaryDirectory(prefix="unlatch-samba-") as temporary:
        folder = Path(temporary) / "dc"
        shutil.copytree(made, folder, symlinks=True)
        conf, authority = samba_conf.write(folder, address, services), Authority.new()
        authority.trusted(folder / "tls" / "ca.pem")
        authority.issue(folder / "tls", [NAME], [address])
        command = ["samba", "-i", "-M", "single" if "s3fs" not in services else "prefork", "-s", str(conf)]
        with (folder / "log" / "out").open("w") as out:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True)
        try:
            _await(address, LDAPS, process)
            yield DomainController(folder, address, authority)
        finally:
            _stop(process, folder)


@contextmanager
def _own_address() -> Iterator[str]:
    """Held by a lock on a file, since many test runs share a machine."""
    for number in range(10, 250):
        address = f"127.0.0.{number}"
        with (Path(tempfile.gettempdir()) / f"unlatch-{address}.lock").open("w") as lock, suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _free(address):
                yield address
                return
    raise RuntimeError("all loopback addresses are taken")


def _free(address: str) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, LDAPS))
        except OSError:
            return False
    return True


def _await(address: str, port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection((address, port), 1):
            return
        time.sleep(0.02)
    raise RuntimeError("Samba didn't start")


def _stop(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """The copy is thrown away, so nothing has to be written down. Some of its processes begin a session of their own."""
    named = [int(path.read_text()) for path in (folder / "run").glob("*.pid") if path.read_text().strip().isdecimal()]
    sessions = {process.pid, *(pid for pid in named if _is_ours(pid, folder))}
    for pid in [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]:
        with suppress(ProcessLookupError):
            if os.getsid(pid) in sessions:
                os.kill(pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()


def _is_ours(pid: int, folder: Path) -> bool:
    with suppress(OSError):
        return str(folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
