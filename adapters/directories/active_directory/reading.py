"""Reads a whole domain in a process of its own, whose work would otherwise hold up every conversation: the child's side.

What to do comes as JSON on its standard input, the service account's password among it, and never on the command line.
"""

import json
import ssl
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from adapters.directories.active_directory.groups import Groups
from adapters.directories.active_directory.people import ACCOUNT, PERSON, person_of, subject_of
from adapters.directories.active_directory.values import sid_text
from adapters.directories.ldap.entry import Entry
from adapters.directories.ldap.line import SUCCESS, Line, Refused, Silent, Why
from bot.accounts.directory import Person
from bot.ids import SubjectId
from bot.secret import Secret

SWEPT = "(|(&(objectCategory=person)(objectClass=user))(objectCategory=group))"
CREATED = "uSNCreated"


def main() -> None:
    """Persons one a line, and a last line that says that these were all."""
    given = json.load(sys.stdin)
    try:
        for line in _answered(**given):
            sys.stdout.write(line + "\n")
    except Silent as silent:
        sys.stdout.write(json.dumps({"silent": silent.why, "text": silent.text}) + "\n")
    except Refused as no:
        sys.stdout.write(json.dumps({"silent": Why.ACCOUNT, "text": no.text}) + "\n")


def as_line(person: Person) -> str:
    """The same person, always the same line."""
    return json.dumps(asdict(person) | {"groups": sorted(person.groups)}, separators=(",", ":"))


def as_person(told: Mapping[str, Any]) -> Person:
    """The other way, of a line that was parsed."""
    return Person(**{**told, "groups": frozenset(told["groups"]), "words": tuple(told["words"])})


def digest(entries: Iterable[Entry], usn: int) -> str:
    """Of everything that there was when a domain controller counted `usn`; it changes when one of them goes."""
    count = total = 0
    for entry in entries:
        if entry.number(CREATED.lower()) <= usn:
            count, total = count + 1, total ^ int.from_bytes(entry.raw("objectguid") or b"")
    return f"{count}:{total:032x}"


def _answered(
    *, host: str, ca_file: str, server_name: str, account: str, password: str, directory: str, base: str, now: float, usn: int,
    before: int | None,
) -> Iterator[str]:  # fmt: skip
    line = Line(host, ssl.create_default_context(cafile=Path(ca_file)), server_name).open()
    try:
        welcome = line.bind(account, Secret(password))
        if welcome.code != SUCCESS:
            raise Silent(Why.ACCOUNT, welcome.text)
        if before is not None:
            entries = line.search(base, SWEPT, ("objectGUID", CREATED))
            yield json.dumps({"before": digest(entries, before), "digest": digest(entries, usn)})
        else:
            yield from whole(line, directory, base, now, usn)
    finally:
        line.close()


def whole(line: Line, directory: str, base: str, now: float, usn: int) -> Iterator[str]:
    """Everybody, and a digest of all that there was."""
    groups, entries = Groups.read(line, base), line.search(base, ACCOUNT, (*PERSON, CREATED))
    subjects = {entry.dn.casefold(): subject_of(directory, entry) for entry in entries}
    for entry in entries:
        yield as_line(_person(entry, groups, subjects, directory, now))
    others = line.search(base, "(objectCategory=group)", ("objectGUID", CREATED))
    yield json.dumps({"digest": digest((*entries, *others), usn)})


def _person(entry: Entry, groups: Groups, subjects: dict[str, SubjectId], directory: str, now: float) -> Person:
    sid = sid_text(entry.raw("objectsid") or b"")
    names, sids = groups.of(entry.dn, f"{sid.rpartition('-')[0]}-{entry.number('primarygroupid')}")
    return person_of(directory, entry, names, sids, subjects.get((entry.text("manager") or "").casefold()), now)


if __name__ == "__main__":
    main()
