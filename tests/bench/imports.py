"""Whole imports, of 10,000 accounts and more, beside `ldapsearch` paging the same attributes of the same accounts and groups."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.active_directory.groups import GROUP, SECURITY
from adapters.directories.active_directory.people import ACCOUNT, PERSON
from adapters.directories.openldap import groups as openldap_groups
from adapters.directories.openldap import people as openldap
from bot.directory.interfaces import Directory
from bot.platform.clock import World
from tests.bench.directories import furnished_slapd, samba_template
from tests.bench.measuring import Cost, Figure, Meter
from tests.kit import openldap_directory, samba, samba_conf, slapd
from tests.kit.ad_directory import pool_of
from tests.kit.samba_domain import PYTHON, SERVICE, SERVICE_PASSWORD

SHARE = 100  # accounts in a group
THOUSAND = 1000
Questions = Sequence[tuple[str, Sequence[str]]]
Search = Callable[[], None]


async def domain(many: int) -> list[Figure]:
    """Of a domain on Samba, which is filled for it."""
    made = samba_template()
    with tempfile.TemporaryDirectory(prefix="unlatch-bench-") as temporary:
        full = Path(temporary) / "full"
        shutil.copytree(made, full, symlinks=True)
        conf = full / "etc" / "smb.conf"
        conf.write_text(conf.read_text(encoding="utf-8").replace(str(made), str(full)), encoding="utf-8")
        await asyncio.to_thread(_populate, full, many)
        with samba.running(full) as server:
            corp = ActiveDirectory("corp", pool_of(server), samba_conf.BASE, World())
            search = _ldapsearch(server.address, server.ca_file, SERVICE, SERVICE_PASSWORD, samba_conf.BASE)
            asked = ((ACCOUNT, PERSON), (SECURITY, GROUP))
            try:
                return await _compared("Samba", corp, many, lambda: search(asked), Meter((server.process,)))
            finally:
                corp.hang_up()


async def office(many: int) -> list[Figure]:
    """Of an OpenLDAP server."""
    with furnished_slapd(_entries(many)) as server:
        made = openldap_directory.administered(server)
        search = _ldapsearch(server.host, server.ca_file, slapd.SERVICE, slapd.SERVICE_PASSWORD.reveal(), slapd.BASE)
        asked = ((openldap.ACCOUNT, openldap.PERSON), (openldap_groups.GROUP, openldap_groups.MEMBERS))
        assert server.process is not None
        try:
            return await _compared("OpenLDAP", made, many, lambda: search(asked), Meter((server.process.pid,)))
        finally:
            made.hang_up()


async def _compared(whose: str, directory: Directory, many: int, search: Search, meter: Meter) -> list[Figure]:
    """The first import, and then one in which nothing has changed; each thousand of accounts."""
    marks: list[str | None] = [None]

    async def imported() -> None:
        told = await directory.changes(marks[-1])
        if marks[-1] is None and len(told.persons) < many:
            raise SystemExit(f"{len(told.persons)} of {many} accounts were told")
        marks.append(told.next)

    async def ours() -> Cost:
        return await meter.each(many // THOUSAND, imported)

    async def floor() -> Cost:
        return await meter.each(many // THOUSAND, lambda: asyncio.to_thread(search))

    floor_is = "ldapsearch, a page of 500 at a time"
    first = Figure(f"importing 1,000 of {many:,}, {whose}", floor_is)
    again = Figure("  again, when nothing has changed", floor_is)
    await first.round(ours, floor)
    await again.round(ours, floor)
    return [first, again]


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
