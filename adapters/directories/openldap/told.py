"""What has changed: a sweep over all accounts' change numbers and groups, held against what was told last."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from adapters.directories.ldap.entry import Entry, escaped
from adapters.directories.ldap.line import Line
from adapters.directories.openldap.people import ACCOUNT, PERSON, Groups, batches, person_of, plain, subject_of
from adapters.directories.openldap.reading import Reading
from bot.accounts.directory import Changes
from bot.ids import SubjectId

SWEPT = ("entryUUID", "entryCSN", "uid")
MANY = 2000  # accounts; more than so many are read in one go with all the others

Stamp = tuple[str, frozenset[str]]  # the entry's own change number, and the names of its groups


@dataclass
class Told:
    """Change numbers are compared for inequality alone, so neither clocks, nor replicas that lag, nor failover hide anybody.

    A mark is a digest of everything that was swept: it means the same to every replica of ours, and after a restart. Which
    accounts changed is known only to the process that made the mark; any other tells everything again, as the whole.
    """

    last: tuple[str, Mapping[SubjectId, Stamp]] = ("", {})

    def changes(self, seen: Reading, since: str | None) -> Changes:
        """Raises Refused, Silent."""
        line, directory, base = seen.line, seen.directory, seen.base
        swept, groups = line.search(base, ACCOUNT, SWEPT), Groups.read(line, base)
        subjects = {plain(entry.dn): subject_of(directory, entry) for entry in swept}
        stamps: dict[SubjectId, Stamp] = {
            subject_of(directory, entry): (entry.text("entrycsn") or "", groups.of(entry.dn, entry.texts("uid")))
            for entry in swept
        }
        mark, before = _digest(stamps), self.last[1] if since and since == self.last[0] else None
        if mark == since:
            new: set[SubjectId] = set()
        else:
            new = {subject for subject, stamp in stamps.items() if before is None or before.get(subject) != stamp}
        persons = [
            person_of(directory, entry, groups.of(entry.dn, entry.texts("uid")), _manager(entry, subjects), seen.now)
            for entry in _read(line, base, new)
        ]
        gone = sorted(set(before or ()) - set(stamps))
        self.last = (mark, stamps)
        return Changes(persons, gone, mark, whole=before is None and mark != since)


def _read(line: Line, base: str, which: Collection[SubjectId]) -> Iterable[Entry]:
    uuids = {subject.partition(":")[2] for subject in which}
    if len(uuids) > MANY:
        return (entry for entry in line.search(base, ACCOUNT, PERSON) if entry.text("entryuuid") in uuids)
    asked = [f"(entryUUID={escaped(uuid)})" for uuid in sorted(uuids)]
    return (entry for some in batches(asked) for entry in line.search(base, f"(&{ACCOUNT}(|{''.join(some)}))", PERSON))


def _manager(entry: Entry, subjects: Mapping[str, SubjectId]) -> SubjectId | None:
    return subjects.get(plain(entry.text("manager") or ""))


def _digest(stamps: Mapping[SubjectId, Stamp]) -> str:
    """Of the same accounts in the same state always the same."""
    total = hashlib.sha256()
    for subject in sorted(stamps):
        csn, groups = stamps[subject]
        total.update(repr((subject, csn, sorted(groups))).encode())
    return total.hexdigest()
