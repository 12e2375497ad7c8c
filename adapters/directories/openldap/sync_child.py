"""Reads a whole directory in a process of its own, whose work would otherwise hold up every conversation: the child's side."""

import hashlib
import json
from collections.abc import Iterator, Mapping

from adapters.directories.ldap.child_process import as_line, serve
from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.entry import Entry
from adapters.directories.openldap.groups import Groups, plain
from adapters.directories.openldap.people import ACCOUNT, PERSON, person_of, subject_of
from bot.platform.ids import SubjectId

CSN = "entryCSN"
SWEPT = ("entryUUID", CSN, "uid")


def answered(
    connection: LdapConnection, *, directory: str, base: str, now: float, since: str | None, known: str | None
) -> Iterator[str]:
    """Whoever asks has a mark, `since`, and may know the stamps behind it (`known`): then stamps are all that is told.

    One line for each person, one for each stamp, and a last one with the mark; that one alone when there is nothing new.
    """
    entries, groups = connection.search(base, ACCOUNT, SWEPT if since else (*PERSON, CSN)), Groups.read(connection, base)
    stamps = {subject_of(directory, entry): stamp(entry, groups) for entry in entries}
    mark = digest(stamps)
    if mark not in (since, known) and known is None:
        everybody = connection.search(base, ACCOUNT, PERSON) if since else entries
        subjects = {plain(entry.dn): subject_of(directory, entry) for entry in everybody}
        for entry in everybody:
            manager = subjects.get(plain(entry.text("manager") or ""))
            yield as_line(person_of(directory, entry, groups.groups_of(entry.dn, entry.texts("uid")), manager, now))
    if mark != known:
        for subject, stamped in stamps.items():
            yield json.dumps({"of": subject, "stamp": stamped})
    yield json.dumps({"mark": mark})


def stamp(entry: Entry, groups: Groups) -> str:
    """The entry's own change number and the names of its groups. Short, and another one when either is another."""
    held = sorted(groups.groups_of(entry.dn, entry.texts("uid")))
    return hashlib.blake2b(repr((entry.text(CSN.lower()), held)).encode(), digest_size=12).hexdigest()


def digest(stamps: Mapping[SubjectId, str]) -> str:
    """Of the same accounts in the same state always the same."""
    return hashlib.sha256("".join(f"{subject} {stamps[subject]}\n" for subject in sorted(stamps)).encode()).hexdigest()


if __name__ == "__main__":
    serve(answered)
