"""What has changed: a sweep over all accounts' change numbers and groups, held against what was told last."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.directories.ldap.child_process import as_person, ended, lines, parsed
from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.pool import ConnectionPool
from adapters.directories.openldap.queries import AccountQueries
from bot.directory.interfaces import Changes, Person
from bot.platform.ids import SubjectId

CHILD = "adapters.directories.openldap.sync_child"
MANY = 200  # accounts; more than so many are read in one go with all the others
BREATH = 100  # lines, about a millisecond's work


@dataclass(frozen=True, slots=True)
class Sweep:
    """What the child told. `stamps` of everybody, or none when the mark is the one whose stamps are known."""

    mark: str
    stamps: Mapping[SubjectId, str]
    persons: Sequence[Person]


@dataclass
class ChangeTracker:
    """Change numbers are compared for inequality alone, so neither clocks, nor replicas that lag, nor failover hide anybody.

    A mark is a digest of everything that was swept: it means the same to every replica of ours, and after a restart. Which
    accounts changed is known only to the process that made the mark; any other tells everything again, as the whole.
    """

    mark: str = ""
    stamps: Mapping[SubjectId, str] = field(default_factory=dict)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def changes(self, wire: ConnectionPool, directory: str, base: str, since: str | None, now: float) -> Changes:
        """In one go. Raises Refused, Silent."""
        async with self.reading:
            known = since if since and since == self.mark else None
            sweep = await _swept(wire, directory, base, since, known, now)
            if sweep.mark == known:
                return Changes((), (), sweep.mark)
            before = self.stamps if known else None
            if before is None:
                told = Changes(sweep.persons, (), sweep.mark, whole=sweep.mark != since)
            else:
                new = {subject for subject, stamp in sweep.stamps.items() if before.get(subject) != stamp}
                persons = await _persons(wire, directory, base, new, now)
                told = Changes(persons, sorted(set(before) - set(sweep.stamps)), sweep.mark)
            self.mark, self.stamps = sweep.mark, sweep.stamps
            return told


async def _swept(wire: ConnectionPool, directory: str, base: str, since: str | None, known: str | None, now: float) -> Sweep:
    host = await wire.ask(lambda line: line.host)  # the first that answers
    asked = {"directory": directory, "base": base, "now": now, "since": since, "known": known}
    stamps: dict[SubjectId, str] = {}
    persons: list[Person] = []
    end: Mapping[str, object] = {}
    count = 0
    async for line in lines(CHILD, wire.place, host, asked):
        match parsed(line):
            case {"of": str(subject), "stamp": str(stamp)}:
                stamps[SubjectId(subject)] = stamp
            case {"subject": _} as told:
                persons.append(as_person(told))
            case told:
                end = told
        count += 1
        if count % BREATH == 0:
            await asyncio.sleep(0)  # conversations go on meanwhile
    return Sweep(str(ended(end, "mark")["mark"]), stamps, persons)


async def _persons(wire: ConnectionPool, directory: str, base: str, which: Collection[SubjectId], now: float) -> Sequence[Person]:
    if len(which) > MANY:
        everybody = await _swept(wire, directory, base, None, None, now)
        return [person for person in everybody.persons if person.subject in which]

    def each(line: LdapConnection) -> list[Person | None]:
        seen = AccountQueries(line, directory, base, now)
        return [seen.person(subject) for subject in sorted(which)]

    return [person for person in await wire.ask(each) if person]
