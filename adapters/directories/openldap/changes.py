"""What has changed: a sweep over all accounts' change numbers and groups, held against what was told last."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.pool import ConnectionPool
from adapters.directories.openldap.queries import AccountQueries
from adapters.directories.openldap.sync_parent import SyncReader
from bot.directory.interfaces import Changes, Person
from bot.platform.ids import SubjectId

MANY = 200  # changed accounts; more are read in one go with all the others


@dataclass
class ChangeTracker:
    """Change numbers are compared for inequality alone, so neither clocks, nor replicas that lag, nor failover hide anybody.

    A mark is a digest of everything that was swept: it means the same to every replica of ours, and after a restart. Which
    accounts changed is known only to the process that made the mark; any other tells everything again, as the whole.
    """

    mark: str = ""
    stamps: Mapping[SubjectId, str] = field(default_factory=dict)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def changes(self, pool: ConnectionPool, directory: str, base: str, since: str | None, now: float) -> Changes:
        """What is new since the mark `since`. Raises LdapRefused, Silent."""
        reader = SyncReader(pool, directory, base, now)
        async with self.reading:
            known = since if since and since == self.mark else None
            sweep = await reader.sweep(since, known)
            if sweep.mark == known:
                return Changes((), (), sweep.mark)
            before = self.stamps if known else None
            if before is None:
                told = Changes(sweep.persons, (), sweep.mark, whole=sweep.mark != since)
            else:
                new = {subject for subject, stamp in sweep.stamps.items() if before.get(subject) != stamp}
                told = Changes(await _persons(reader, new), sorted(set(before) - set(sweep.stamps)), sweep.mark)
            self.mark, self.stamps = sweep.mark, sweep.stamps
            return told


async def _persons(reader: SyncReader, which: Collection[SubjectId]) -> Sequence[Person]:
    if len(which) > MANY:
        return [person for person in (await reader.sweep()).persons if person.subject in which]

    def each(connection: LdapConnection) -> list[Person | None]:
        queries = AccountQueries(connection, reader.directory, reader.base, reader.now)
        return [queries.person(subject) for subject in sorted(which)]

    return [person for person in await reader.pool.run(each) if person]
