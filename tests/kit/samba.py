"""A real domain controller (Samba): each worker starts a copy on a loopback address of its own."""

import fcntl
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

from adapters.directories.active_directory.values import sid_text
from adapters.directories.ldap.connection import SUCCESS, LdapConnection
from adapters.directories.ldap.errors import Silent
from bot.platform.secret import Secret
from tests.kit import samba_conf
from tests.kit.certificates import Authority
from tests.kit.samba_conf import BASE, DOMAIN, NAME
from tests.kit.samba_domain import ADMIN, ADMIN_PASSWORD, NOTHING, SERVICE, SERVICE_PASSWORD, template

__all__ = ["ADMIN", "ADMIN_PASSWORD", "NOTHING", "SERVICE", "SERVICE_PASSWORD", "DomainController", "samba", "samba_template"]

LDAPS, PATIENCE = 636, 30.0


@dataclass(frozen=True)
class DomainController:
    """One that runs, and how to speak with it."""

    folder: Path
    address: str
    authority: Authority
    process: int

    @property
    def ca_file(self) -> Path:
        return self.folder / "tls" / "ca.pem"

    @property
    def environment(self) -> dict[str, str]:
        """For kinit and smbclient."""
        return os.environ | {"KRB5_CONFIG": str(self.folder / "etc" / "krb5.conf"), "KRB5CCNAME": f"FILE:{self.folder}/ticket"}

    @contextmanager
    def line(self, account: str, password: str) -> Iterator[LdapConnection]:
        """Signed in."""
        opened = LdapConnection(self.address, ssl.create_default_context(cafile=self.ca_file), NAME).open()
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
        asked = [
            "smbclient",
            f"//{self.address}/netlogon",
            "-c",
            "quit",
            "-W",
            DOMAIN,
            "-s",
            str(self.folder / "etc" / "smb.conf"),
        ]
        return not subprocess.run(asked, check=False, env=given, capture_output=True).returncode

    def aged(self, dn: str, ticks: int) -> None:
        """The password was set then. No server lets anybody say so, so it is written past it, into the database's file."""
        (path,) = (self.folder / "private" / "sam.ldb.d").glob(f"{BASE.upper()}.ldb")
        change = f"dn: {dn}\nchangetype: modify\nreplace: pwdLastSet\npwdLastSet: {ticks}\n"
        subprocess.run(["ldbmodify", "-H", f"tdb://{path}"], check=True, input=change.encode(), capture_output=True)

    def sid(self, name: str) -> str:
        """Of an account or a group."""
        with self.line(ADMIN, ADMIN_PASSWORD) as line:
            (entry,) = line.search(BASE, f"(sAMAccountName={name})", ("objectSid",))
        return sid_text(entry.raw("objectsid") or b"")

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


@contextmanager
def running(made: Path, services: str = "ldap, cldap, kdc") -> Iterator[DomainController]:
    """A copy, until the block ends; when this process dies, it ends by itself, since its input does."""
    with _alone("s3fs" in services), _own_address() as address, tempfile.TemporaryDirectory(prefix="unlatch-samba-") as temporary:
        folder = Path(temporary) / "dc"
        shutil.copytree(made, folder, symlinks=True)
        conf, authority = samba_conf.write(folder, address, services), Authority.new()
        authority.trusted(folder / "tls" / "ca.pem")
        authority.issue(folder / "tls", [NAME], [address])
        command = ["samba", "-i", "-M", "single" if "s3fs" not in services else "prefork", "-s", str(conf)]
        with (folder / "log" / "out").open("w") as out:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True)
        try:
            controller = DomainController(folder, address, authority, process.pid)
            _await(controller, process)
            yield controller
        finally:
            _stop(process, folder)


@contextmanager
def _alone(needed: bool) -> Iterator[None]:
    """File servers speak with winbind at a place that can't be changed, so a machine has one of them at a time."""
    with (Path(tempfile.gettempdir()) / "unlatch-winbind.lock").open("w") as lock:
        if needed:
            fcntl.flock(lock, fcntl.LOCK_EX)
            Path("/run/samba").mkdir(exist_ok=True)  # a machine without systemd hasn't made it
        yield


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


def _await(controller: DomainController, process: "subprocess.Popen[bytes]") -> None:
    """Until somebody is let in: a port that is open may be a server that doesn't answer yet."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with suppress(Silent), controller.line(ADMIN, ADMIN_PASSWORD):
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
