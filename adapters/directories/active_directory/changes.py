"""What has changed: what a domain controller counted since, a sweep for what has gone, and everything anew where in doubt."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import Any

from adapters.directories.active_directory.people import ACCOUNT, PERSON, person
from adapters.directories.active_directory.sync_parent import ReaderSeat, SyncReader
from adapters.directories.ldap.child_process import as_line, as_person, ended, parsed
from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.errors import SilenceReason, Silent
from adapters.directories.ldap.pool import ConnectionPool
from bot.directory.interfaces import Changes, Person
from bot.platform.ids import SubjectId

MANY = 200  # changed accounts; more are read in one go with all the others
DIGITS = 19  # a count has 64 bits


@dataclass(frozen=True, slots=True)
class SyncMark:
    """Where somebody has got to: whose count, how far, and what there was then."""

    invocation: str
    usn: int
    digest: str

    @classmethod
    def parse(cls, text: str | None) -> "SyncMark | None":
        """A mark that was told before. None: it is none of ours."""
        invocation, _, rest = (text or "").partition(":")
        usn, _, digest = rest.partition(":")
        counted = usn.isascii() and usn.isdecimal() and len(usn) <= DIGITS
        return cls(invocation, int(usn), digest) if counted and digest else None

    def __str__(self) -> str:
        return f"{self.invocation}:{self.usn}:{self.digest}"


@dataclass
class ChangeTracker:
    """`stamps`: what was told of each account up to `mark`; only the process that told it knows, another tells more than it must."""

    mark: str = ""
    stamps: dict[SubjectId, bytes] = field(default_factory=dict)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def changes(self, pool: ConnectionPool, directory: str, base: str, since: str | None, now: float) -> Changes:
        """What is new since the mark `since`. Raises LdapRefused, Silent."""
        reader, mark = SyncReader(pool, directory, base, now), SyncMark.parse(since)
        async with self.reading:
            seat = await pool.run(ReaderSeat.read)
            if mark and mark.invocation == seat.invocation:
                if mark.usn == seat.usn:
                    return Changes((), (), str(mark))
                if told := await self._since(reader, seat, mark):
                    return told
            return await self._whole(reader, seat, str(mark) if mark else "")

    async def _since(self, reader: SyncReader, seat: ReaderSeat, mark: SyncMark) -> Changes | None:
        """None: it takes more than looking at the accounts that changed, since a group did, or something has gone."""
        persons = await reader.pool.run(lambda connection: touched(connection, reader, mark.usn), seat.host)
        if persons is None:
            return None
        swept = ended(parsed("".join([line async for line in reader.lines(seat, mark.usn)])), "digest")
        if swept.get("before") != mark.digest:
            return None
        following = str(SyncMark(seat.invocation, seat.usn, swept["digest"]))
        if self.mark == str(mark):
            new = {p.subject: stamp(as_line(p)) for p in persons}
            persons = [p for p in persons if self.stamps.get(p.subject) != new[p.subject]]
            self.mark, self.stamps = following, self.stamps | new
        return Changes(persons, (), following)

    async def _whole(self, reader: SyncReader, seat: ReaderSeat, since: str) -> Changes:
        before = self.stamps if since and since == self.mark else None
        stamps: dict[SubjectId, bytes] = {}
        persons: list[Person] = []
        end: dict[str, Any] = {}
        async for line in reader.lines(seat):
            told = parsed(line)
            if "subject" not in told:
                end = told
                continue
            subject, stamped = SubjectId(told["subject"]), stamp(line)
            if before is None or before.get(subject) != stamped:
                persons.append(as_person(told))
            stamps[subject] = stamped
        following = str(SyncMark(seat.invocation, seat.usn, ended(end, "digest")["digest"]))
        if not stamps:  # every domain has accounts: we may not see them, and nobody is to be taken for gone
            raise Silent(SilenceReason.ACCOUNT, "no account can be read below the base")
        if since or not self.mark:
            self.mark, self.stamps = following, stamps
        gone = sorted(set(before) - set(stamps)) if before is not None else []
        return Changes(persons, gone, following, whole=before is None)


def touched(connection: LdapConnection, reader: SyncReader, usn: int) -> list[Person] | None:
    """None: a group has changed, or too many accounts, or one whose groups the server doesn't tell."""
    since = f"(uSNChanged>={usn + 1})"
    if connection.search(reader.base, f"(&(objectCategory=group){since})"):
        return None
    entries = connection.search(reader.base, f"(&{ACCOUNT}{since})", PERSON)
    if len(entries) > MANY:
        return None
    try:
        return [person(connection, reader.directory, reader.base, entry, reader.now) for entry in entries]
    except Silent:
        return None


def stamp(line: str) -> bytes:
    """Short, and different for different lines."""
    return hashlib.blake2b(line.encode(), digest_size=12).digest()
