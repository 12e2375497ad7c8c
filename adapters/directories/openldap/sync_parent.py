"""Reads a whole directory in a process of its own: the parent's side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.directories.ldap.child_process import as_person, ended, lines, parsed
from adapters.directories.ldap.pool import ConnectionPool
from bot.directory.interfaces import Person
from bot.platform.ids import SubjectId

CHILD = "adapters.directories.openldap.sync_child"


@dataclass(frozen=True, slots=True)
class Sweep:
    """What the child told. `stamps` of everybody, or none when the mark is the one whose stamps are known."""

    mark: str
    stamps: Mapping[SubjectId, str]
    persons: Sequence[Person]


@dataclass(frozen=True, slots=True)
class SyncReader:
    """Starts the child, and reads what it says."""

    pool: ConnectionPool
    directory: str
    base: str
    now: float

    async def sweep(self, since: str | None = None, known: str | None = None) -> Sweep:
        """`since`: the mark that whoever asks has; `known`: the same where the stamps behind it are known, too. Raises Silent."""
        host = await self.pool.run(lambda connection: connection.host)  # the first that answers
        asked = {"directory": self.directory, "base": self.base, "now": self.now, "since": since, "known": known}
        stamps: dict[SubjectId, str] = {}
        persons: list[Person] = []
        end: Mapping[str, object] = {}
        async for line in lines(CHILD, self.pool.servers, host, asked):
            match parsed(line):
                case {"of": str(subject), "stamp": str(stamp)}:
                    stamps[SubjectId(subject)] = stamp
                case {"subject": _} as told:
                    persons.append(as_person(told))
                case told:
                    end = told
        return Sweep(str(ended(end, "mark")["mark"]), stamps, persons)
