"""Measures whole imports: 10,000 accounts and more, against `ldapsearch` paging the same attributes of the same accounts and groups."""

import asyncio
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.active_directory.groups import GROUP, SECURITY
from adapters.directories.active_directory.people import ACCOUNT, PERSON
from adapters.directories.openldap import groups as openldap_groups
from adapters.directories.openldap import people as openldap
from bot.directory.interfaces import Directory
from bot.platform.clock import World
from tests.kit import openldap_directory, samba, samba_conf, slapd
from tests.kit.ad_directory import pool_of
from tests.kit.certificates import Authority
from tests.kit.samba_domain import PYTHON, SERVICE, SERVICE_PASSWORD

SHARE = 100  # accounts in a group
Questions = Sequence[tuple[str, Sequence[str]]]


async def domain(made: Path, many: int) -> None:
    """Of a domain on Samba, which is filled for it."""
    with tempfile.TemporaryDirectory(prefix="unlatch-bench-") as temporary:
        full = Path(temporary) / "full"
        shutil.copytree(made, full, symlinks=True)
        conf = full / "etc" / "smb.conf"
        conf.write_text(conf.read_text(encoding="utf-8").replace(str(made), str(full)), encoding="utf-8")
        await asyncio.to_thread(_populate, full, many)
        with samba.running(full) as server:
            corp = ActiveDirectory("corp", pool_of(server), samba_conf.BASE, World())
            search = _ldapsearch(server.address, server.ca_file, SERVICE, SERVICE_PASSWORD, samba_conf.BASE)
            await _compared("a domain's", corp, many, lambda: search(((ACCOUNT, PERSON), (SECURITY, GROUP))))
            corp.hang_up()


async def office(many: int) -> None:
    """Of an OpenLDAP server."""
    with tempfile.TemporaryDirectory(prefix="unlatch-bench-") as temporary:
        folder = Path(temporary)
        authority = Authority.new()
        authority.trusted(folder / "ca.pem")
        authority.issue(folder, [slapd.NAME, "localhost"], ["127.0.0.1"])
        slapd.furnish(folder, slapd.CONF, slapd.ENTRIES + _entries(many))
        with slapd.running(folder) as server:
            made = openldap_directory.administered(server)
            search = _ldapsearch(server.host, server.ca_file, slapd.SERVICE, slapd.SERVICE_PASSWORD.reveal(), slapd.BASE)
            asked = ((openldap.ACCOUNT, openldap.PERSON), (openldap_groups.GROUP, openldap_groups.MEMBERS))
            await _compared("OpenLDAP's", made, many, lambda: search(asked))
            made.hang_up()


async def _compared(whose: str, directory: Directory, many: int, search: Callable[[], None]) -> None:
    """The first import, and then one in which nothing has changed."""
    began, cpu = time.perf_counter(), _cpu()
    told = await directory.changes(None)
    ours, our_cpu = time.perf_counter() - began, _cpu() - cpu
    if len(told.persons) < many:
        raise SystemExit(f"{len(told.persons)} of {many} accounts were told")
    began = time.perf_counter()
    await directory.changes(told.next)
    again = time.perf_counter() - began
    began, cpu = time.perf_counter(), _cpu()
    await asyncio.to_thread(search)
    floor, floor_cpu = time.perf_counter() - began, _cpu() - cpu
    what = f"{whose} {many:,} accounts"
    print(
        f"{what:27} {ours:8.2f} s       {ours / floor:6.2f} times ldapsearch's {floor:.2f} s; {again:.2f} s when nothing has changed"
    )
    print(f"  CPU of our processes      {our_cpu:8.2f} s       {our_cpu / floor_cpu:6.2f} times ldapsearch's {floor_cpu:.2f} s")


def _ldapsearch(host: str, ca_file: Path, account: str, password: str, base: str) -> Callable[[Questions], None]:
    where = ["-H", f"ldaps://{host}", "-D", account, "-w", password, "-b", base, "-E", "pr=500/noprompt"]
    env = os.environ | {"LDAPTLS_CACERT": str(ca_file)}

    def search(questions: Questions) -> None:
        for question, attributes in questions:
            asked = ["ldapsearch", "-x", "-LLL", *where, question, *attributes]
            subprocess.run(asked, check=True, env=env, stdout=subprocess.DEVNULL)

    return search


def _populate(folder: Path, many: int) -> None:
    subprocess.run([PYTHON, "tests/bench/populate.py", folder, str(many)], check=True)


def _entries(many: int) -> str:
    """LDIF. Everybody has a manager, and is in one group."""
    accounts = [_account(number) for number in range(many)]
    groups = [_group(start // SHARE, range(start, min(start + SHARE, many))) for start in range(0, many, SHARE)]
    return "".join((*accounts, *groups))


def _account(number: int) -> str:
    login = f"u{number:06}"
    lines = (
        f"dn: uid={login},{slapd.PEOPLE}",
        "objectClass: inetOrgPerson",
        f"uid: {login}",
        f"cn: Given{number} Sur{number}",
        f"givenName: Given{number}",
        f"sn: Sur{number}",
        f"mail: {login}@example.test",
        f"manager: uid=u{number // 10:06},{slapd.PEOPLE}",
    )
    return "\n" + "\n".join(lines) + "\n"


def _group(number: int, members: Sequence[int]) -> str:
    head = f"\ndn: cn=G{number:05},{slapd.GROUPS}\nobjectClass: groupOfNames\ncn: G{number:05}\n"
    return head + "".join(f"member: uid=u{member:06},{slapd.PEOPLE}\n" for member in members)


def _cpu() -> float:
    """Seconds of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
