"""Directories on servers of their own: OpenLDAP and Samba, furnished for people to move in, and the bare modify of each by ldap3."""

import os
import shutil
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from ldap3 import MODIFY_REPLACE, NONE, Connection, Server, Tls

from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.openldap.directory import OpenLdapDirectory
from bot.directory.administration import Administration
from bot.directory.interfaces import Directory
from bot.platform.clock import World
from bot.platform.secret import Secret
from tests.bench.house import NAME, Served
from tests.kit import ad_directory, openldap_directory, samba, samba_conf, slapd
from tests.kit.certificates import Authority
from tests.kit.samba_domain import SERVICE, SERVICE_PASSWORD, template

KEPT = Path(".pytest_cache").absolute() / "d" / "samba"  # where the tests keep theirs
numbers = count(1)


@dataclass(frozen=True)
class Place:
    """One server. `modify` sets a password, and nothing else, on a line that is open; `process` is the server's."""

    served: Served
    modify: Callable[[], None]
    process: int


def missing_slapd() -> str:
    """What isn't here for OpenLDAP; empty when all is."""
    return "" if shutil.which("slapd", path=slapd.SBIN) and shutil.which("ldapsearch") else "slapd and ldapsearch"


def missing_samba() -> str:
    """What isn't here for a domain; empty when all is."""
    return "" if not os.geteuid() and shutil.which("samba") else "root, and Samba"


@contextmanager
def openldap(server: slapd.Slapd) -> Iterator[Place]:
    """On a server that runs."""
    hands = openldap_directory.administered(server, name=NAME)
    line = _line("127.0.0.1", server.port, server.ca_file, slapd.SERVICE, slapd.SERVICE_PASSWORD.reveal())

    def served(world: World) -> tuple[Administration, Directory]:
        return hands, OpenLdapDirectory(NAME, hands.pool, slapd.BASE, world)

    def modify() -> None:
        new = Secret(f"Bare-Kettle-{next(numbers)}-Meadow").reveal()
        _set(line, f"uid=kim0,{slapd.PEOPLE}", {"userPassword": new.encode()})

    assert server.process is not None
    try:
        yield Place(served, modify, server.process.pid)
    finally:
        line.unbind()
        hands.hang_up()


@contextmanager
def furnished_slapd(more: str = "") -> Iterator[slapd.Slapd]:
    """With the tests' access rules and password policy, and these entries beside theirs."""
    with tempfile.TemporaryDirectory(prefix="unlatch-bench-") as temporary:
        folder, authority = Path(temporary), Authority.new()
        authority.trusted(folder / "ca.pem")
        authority.issue(folder, [slapd.NAME, "localhost"], ["127.0.0.1"])
        slapd.furnish(folder, slapd.CONF, slapd.ENTRIES + more)
        with slapd.running(folder) as server:
            yield server


@contextmanager
def domain() -> Iterator[Place]:
    """Samba as a domain controller."""
    with samba.running(samba_template()) as server:
        hands = ad_directory.administered(server, NAME)
        line = _line(server.address, samba.LDAPS, server.ca_file, SERVICE, SERVICE_PASSWORD, samba_conf.NAME)

        def served(world: World) -> tuple[Administration, Directory]:
            return hands, ActiveDirectory(NAME, ad_directory.pool_of(server), samba_conf.BASE, world)

        def modify() -> None:
            new = ad_directory.quoted(Secret(f"Bare-Kettle-{next(numbers)}-Meadow"))
            _set(line, f"CN=kim0,{ad_directory.STAFF}", {"unicodePwd": new, "lockoutTime": b"0", "pwdLastSet": b"-1"})

        try:
            yield Place(served, modify, server.process)
        finally:
            line.unbind()
            hands.hang_up()


def samba_template() -> Path:
    """The tests' own domain, made by whoever comes first."""
    KEPT.mkdir(parents=True, exist_ok=True)
    return template(KEPT)


def _line(host: str, port: int, ca_file: Path, account: str, password: str, name: str = "") -> Any:
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(ca_file), valid_names=[name] if name else None)
    return Connection(
        Server(host, port, use_ssl=True, tls=tls, get_info=NONE), account, password, auto_bind=True, check_names=False
    )


def _set(line: Any, dn: str, values: dict[str, bytes]) -> None:
    if not line.modify(dn, {name: [(MODIFY_REPLACE, [value])] for name, value in values.items()}):
        raise SystemExit(f"the bare modify of {dn} was refused: {line.result['description']} {line.result['message']}")
