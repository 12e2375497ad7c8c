"""Reads a whole domain in a process of its own, whose work would otherwise hold up every conversation: the child's side."""

import json
from collections.abc import Iterable, Iterator

from adapters.directories.active_directory.groups import Groups
from adapters.directories.active_directory.people import ACCOUNT, PERSON, person_of, subject_of
from adapters.directories.active_directory.values import sid_text
from adapters.directories.ldap.child_process import as_line, serve
from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.entry import Entry
from bot.directory.interfaces import Person
from bot.platform.ids import SubjectId

SWEPT = "(|(&(objectCategory=person)(objectClass=user))(objectCategory=group))"
CREATED = "uSNCreated"


def digest(entries: Iterable[Entry], usn: int) -> str:
    """Of everything that there was when a domain controller counted `usn`; it changes when one of them goes."""
    count = total = 0
    for entry in entries:
        if entry.number(CREATED.lower()) <= usn:
            count, total = count + 1, total ^ int.from_bytes(entry.raw("objectguid") or b"")
    return f"{count}:{total:032x}"


def answered(connection: LdapConnection, *, directory: str, base: str, now: float, usn: int, before: int | None) -> Iterator[str]:
    """Persons one a line, and a last line that says that these were all; or, where somebody was told before, that line alone."""
    if before is not None:
        entries = connection.search(base, SWEPT, ("objectGUID", CREATED))
        yield json.dumps({"before": digest(entries, before), "digest": digest(entries, usn)})
    else:
        yield from whole(connection, directory, base, now, usn)


def whole(connection: LdapConnection, directory: str, base: str, now: float, usn: int) -> Iterator[str]:
    """Everybody, and a digest of all that there was."""
    groups, entries = Groups.read(connection, base), connection.search(base, ACCOUNT, (*PERSON, CREATED))
    subjects = {entry.dn.casefold(): subject_of(directory, entry) for entry in entries}
    for entry in entries:
        yield as_line(_person(entry, groups, subjects, directory, now))
    others = connection.search(base, "(objectCategory=group)", ("objectGUID", CREATED))
    yield json.dumps({"digest": digest((*entries, *others), usn)})


def _person(entry: Entry, groups: Groups, subjects: dict[str, SubjectId], directory: str, now: float) -> Person:
    sid = sid_text(entry.raw("objectsid") or b"")
    names, sids = groups.groups_of(entry.dn, f"{sid.rpartition('-')[0]}-{entry.number('primarygroupid')}")
    return person_of(directory, entry, names, sids, subjects.get((entry.text("manager") or "").casefold()), now)


if __name__ == "__main__":
    serve(answered)
