"""The reading of a domain of 50,000 accounts, as its own process does it; what a domain controller would answer is prepared."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest

from adapters.directories.active_directory.groups import SECURITY
from adapters.directories.active_directory.people import ACCOUNT, PERSON
from adapters.directories.active_directory.sync_child import CREATED, digest, whole
from adapters.directories.active_directory.values import guid_text
from adapters.directories.ldap.child_process import as_person
from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.entry import Entry

MANY, SHARE, NEST = 50_000, 100, 10  # accounts; accounts in a group, groups in a group above
BASE = "DC=corp,DC=example"
DOMAIN = bytes.fromhex("010500000000000515000000010000000200000003000000")


def guid(number: int) -> bytes:
    return number.to_bytes(16)


def sid(number: int) -> bytes:
    return DOMAIN + number.to_bytes(4, "little")


def entry(dn: str, **values: bytes) -> Entry:
    return Entry(dn, {name: [value] for name, value in values.items()})


def account(number: int) -> Entry:
    return entry(
        f"CN=User {number},OU=Staff,{BASE}",
        objectguid=guid(number),
        objectsid=sid(100_000 + number),
        samaccountname=b"u%06d" % number,
        displayname=b"User %d" % number,
        mail=b"u%06d@corp.example" % number,
        manager=f"CN=User {number // 10},OU=Staff,{BASE}".encode(),
        primarygroupid=b"513",
        useraccountcontrol=b"512",
        usncreated=b"%d" % number,
    )


def groups() -> list[Entry]:
    """Some for each level, up to one that holds all others."""
    made: list[Entry] = []
    level, below = 0, [f"CN=User {number},OU=Staff,{BASE}" for number in range(MANY)]
    while len(below) > 1:
        step = NEST if level else SHARE
        shares = [below[start : start + step] for start in range(0, len(below), step)]
        below = [f"CN=L{level}-{number},OU=Groups,{BASE}" for number in range(len(shares))]
        for dn, members in zip(below, shares, strict=True):
            number = len(made)
            values: Mapping[str, Sequence[bytes]] = {
                "objectguid": [guid(MANY + number)],
                "objectsid": [sid(5_000 + number)],
                "samaccountname": [dn.partition(",")[0].removeprefix("CN=").encode()],
                "usncreated": [b"1"],
                "member;range=0-*": [member.encode() for member in members],
            }
            made.append(Entry(dn, values))
        level += 1
    return made


@dataclass
class Prepared:
    """What a line would bring; only what is asked for a reading is known."""

    accounts: list[Entry] = field(default_factory=lambda: [account(number) for number in range(MANY)])
    groups: list[Entry] = field(default_factory=groups)

    def search(self, base: str, question: str, attributes: Sequence[str]) -> list[Entry]:
        assert base == BASE
        if question == ACCOUNT:
            assert set(attributes) == {*PERSON, CREATED}
            return self.accounts
        assert question in (SECURITY, "(objectCategory=group)")
        return self.groups


@pytest.mark.long
def test_everybody_is_told_with_all_groups_and_one_who_goes_changes_the_digest() -> None:
    there = Prepared()
    *lines, last = whole(cast("LdapConnection", there), "corp", BASE, 0.0, MANY)
    assert len(lines) == MANY
    person = as_person(json.loads(lines[43_210]))
    assert person.login == "u043210"
    assert person.manager == f"corp:{guid_text(guid(4_321))}"
    assert person.groups == {"L0-432", "L1-43", "L2-4", "L3-0"}
    told = json.loads(last)["digest"]
    assert told == digest((*there.accounts, *there.groups), MANY)
    del there.accounts[777]
    assert digest((*there.accounts, *there.groups), MANY) != told
