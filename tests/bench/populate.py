"""Fills a domain that isn't running with many accounts and nested groups, by the Python that Debian's Samba belongs to."""

import sys

from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

SHARE, NEST = 100, 10  # accounts in a group, groups in a group above


def main(folder: str, many: int) -> None:
    """One transaction in batch mode: without that each new account costs more than the one before."""
    lp = LoadParm()
    lp.load(f"{folder}/etc/smb.conf")
    url = f"{folder}/private/sam.ldb"
    db = SamDB(url=url, session_info=system_session(), lp=lp, options=["batch_mode:1"])
    base = str(db.domain_dn())
    db.transaction_start()
    accounts = [f"CN=User {number:06},OU=Staff,{base}" for number in range(many)]
    for number, dn in enumerate(accounts):
        db.add(_account(dn, number, accounts[number // 10] if number else None))
    inner, level = [], 0
    members = [accounts[start : start + SHARE] for start in range(0, many, SHARE)]
    while members:
        inner = [_group(db, f"L{level}-{number:05}", base, each) for number, each in enumerate(members)]
        level, members = (
            level + 1,
            [inner[start : start + NEST] for start in range(0, len(inner), NEST)] if len(inner) > 1 else [],
        )
    db.transaction_commit()


def _account(dn: str, number: int, manager: str | None) -> dict[str, str]:
    login = f"u{number:06}"
    told = {
        "dn": dn,
        "objectClass": "user",
        "sAMAccountName": login,
        "userPrincipalName": f"{login}@corp.example.test",
        "givenName": f"Given{number}",
        "sn": f"Sur{number}",
        "displayName": f"Given{number} Sur{number}",
        "mail": f"{login}@corp.example.test",
        "userAccountControl": "544",
    }
    return told | ({"manager": manager} if manager else {})


def _group(db: SamDB, name: str, base: str, members: list[str]) -> str:
    dn = f"CN={name},OU=Groups,{base}"
    db.add({"dn": dn, "objectClass": "group", "sAMAccountName": name, "member": members})
    return dn


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
