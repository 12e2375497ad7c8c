"""LTB Self Service Password from a folder, by PHP's own server, against the very slapd that ours is measured with: its reset by a link in a mail."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.house import House, Resident
from tests.bench.measuring import NS, Cost, Figure, Meter, cpu_of
from tests.kit import slapd
from tests.kit.postgres import free_port

PATIENCE = 10.0  # seconds to start
EXTENSIONS = ("ldap", "mbstring", "xml")
SMARTY = ("/usr/share/php/smarty4/Smarty.class.php", "/usr/share/php/smarty3/Smarty.class.php")
CONF = """<?php
$ldap_url = "ldaps://{host}";
$ldap_binddn = "{account}";
$ldap_bindpw = '{password}';
$ldap_base = "{people}";
$ldap_filter = "(&(objectClass=inetOrgPerson)(uid={{login}}))";
$use_questions = false;
$use_sms = false;
$keyphrase = "of-the-bench-alone-0123456789";
$reset_url = "http://127.0.0.1:{port}/index.php";
$cache_directory = "{folder}/tokens";
$notify_on_change = true;
$mail_from = "it@contoso.example";
$mail_smtp_host = "127.0.0.1";
$mail_smtp_port = {smtp};
$mail_smtp_secure = "";
$mail_smtp_autotls = false;
$audit_log_file = "{folder}/audit.log";
define("SMARTY", "{smarty}");
"""


def missing(folder: Path) -> str:
    """Why the peer can't be run, in a sentence; empty when it can."""
    php = shutil.which("php")
    if not php:
        return "The peer needs php with ldap, mbstring and xml; on Debian: apt-get install php-cli php-ldap php-mbstring php-xml smarty4."
    has = subprocess.run([php, "-m"], capture_output=True, check=True, text=True).stdout.lower().split()
    if lacking := [name for name in EXTENSIONS if name not in has]:
        return f"The php here lacks {', '.join(lacking)}, which the peer needs."
    if not (folder / "htdocs" / "index.php").exists():
        return f"{folder} isn't LTB Self Service Password: it has no htdocs/index.php."
    if not (folder / "vendor" / "autoload.php").exists():
        return f"{folder} has no vendor folder: run `composer install` there first, as its documentation says."
    if not any(Path(file).exists() for file in SMARTY):
        return "The peer needs Smarty; on Debian: apt-get install smarty4."
    return ""


@dataclass
class Peer:
    """A running one. Whoever resets there has moved into the same directory, with the address that a link is sent to."""

    made: House
    port: int
    process: int
    servers: tuple[int, ...]
    waiting: list[Resident] = field(default_factory=list)
    figure: Figure = field(init=False)

    def __post_init__(self) -> None:
        self.figure = Figure("LTB Self Service Password's reset", "ours in the same rounds; above 1 theirs costs more")

    async def resets(self, times: int) -> Cost:
        """So many, one after the other; CPU is that of PHP's process."""
        people = [[who.login, f"{who.login}@contoso.example"] for who in self.waiting[:times]]
        del self.waiting[:times]
        password, before = f"Maple-Kettle-{len(self.waiting)}", cpu_of([self.process])

        async def walked() -> None:
            await self.made.outside.ask("peer", port=self.port, people=people, password=password)

        whole = await Meter(self.servers).each(times, walked)
        return Cost((cpu_of([self.process]) - before) / NS / times, whole.wall, whole.servers)


@contextmanager
def peer(folder: Path, made: House, server: slapd.Slapd) -> Iterator[Peer]:
    """In a copy, since it wants settings; the folder itself is left as it is."""
    with tempfile.TemporaryDirectory(prefix="unlatch-peer-") as temporary:
        copy, port = Path(temporary) / "peer", free_port()
        shutil.copytree(folder, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        _configure(copy, port, made, server)
        command = ["php", "-d", "opcache.enable_cli=1", "-S", f"127.0.0.1:{port}", "-t", str(copy / "htdocs")]
        env = os.environ | {"LDAPTLS_CACERT": str(server.ca_file)}
        process = subprocess.Popen(command, cwd=copy / "htdocs", env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert server.process is not None
        try:
            _await(port, process)
            yield Peer(made, port, process.pid, (server.process.pid,))
        finally:
            process.terminate()
            process.wait()


def _configure(copy: Path, port: int, made: House, server: slapd.Slapd) -> None:
    for name in ("templates_c", "cache", "tokens"):
        (copy / name).mkdir(exist_ok=True)
    smarty = next(file for file in SMARTY if Path(file).exists())
    told = {
        "host": server.host,
        "account": slapd.SERVICE,
        "password": slapd.SERVICE_PASSWORD.reveal(),
        "people": slapd.PEOPLE,
        "port": port,
        "smtp": made.outside.smtp,
        "folder": copy,
        "smarty": smarty,
    }
    (copy / "conf" / "config.inc.local.php").write_text(CONF.format(**told), encoding="utf-8")


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise SystemExit("the peer's PHP server didn't start")
