"""What has changed: what a domain controller counted since, a sweep for what has gone, and everything anew where in doubt."""

import asyncio
import hashlib
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from adapters.directories.active_directory.people import ACCOUNT, PERSON, person
from adapters.directories.active_directory.reading import as_line, as_person
from adapters.directories.active_directory.values import guid_text
from adapters.directories.ldap.line import Line, Silent, Why
from adapters.directories.ldap.wire import Wire
from bot.accounts.directory import Changes, Person
from bot.ids import SubjectId

WHOLE = 600.0  # seconds for a whole domain
MANY = 200  # changed accounts; more are read in one go with all the others
BREATH = 100  # accounts, about a millisecond's work
READER = "adapters.directories.active_directory.reading"


@dataclass(frozen=True, slots=True)
class Seat:
    """A domain controller and how far it has counted. Numbers are its own: another, or a restored one, counts otherwise."""

    host: str
    invocation: str
    usn: int

    @classmethod
    def read(cls, line: Line) -> "Seat":
        """Raises Silent when it doesn't say."""
        root = line.base("", ("highestCommittedUSN", "dsServiceName"))
        service = line.base(root.text("dsservicename") or "", ("invocationId",)) if root else None
        octets = service.raw("invocationid") if service else None
        if root is None or octets is None:
            raise Silent(Why.ACCOUNT, "the domain controller doesn't say how far it has counted")
        return cls(line.host, guid_text(octets), root.number("highestcommittedusn"))


@dataclass(frozen=True, slots=True)
class Mark:
    """Where somebody has got to: whose count, how far, and what there was then."""

    invocation: str
    usn: int
    digest: str

    @classmethod
    def parse(cls, text: str | None) -> "Mark | None":
        """None: not one of ours."""
        invocation, _, rest = (text or "").partition(":")
        usn, _, digest = rest.partition(":")
        return cls(invocation, int(usn), digest) if usn.isascii() and usn.isdecimal() and digest else None

    def __str__(self) -> str:
        return f"{self.invocation}:{self.usn}:{self.digest}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Starts the child. It ends with whoever waits for it."""

    wire: Wire
    directory: str
    base: str
    now: float

    async def lines(self, seat: Seat, before: int | None = None) -> AsyncIterator[str]:
        """Raises Silent when the last line isn't there or says so."""
        path = os.pathsep.join(sys.path)
        env = {name: value for name, value in os.environ.items() if not name.startswith("UNLATCH_")} | {"PYTHONPATH": path}
        child = await asyncio.create_subprocess_exec(sys.executable, "-m", READER, stdin=PIPE, stdout=PIPE, env=env)
        assert child.stdin is not None  # noqa: S101 - pipes, as asked for
        assert child.stdout is not None  # noqa: S101
        try:
            async with asyncio.timeout(WHOLE):
                child.stdin.write(self._told(seat, before))
                child.stdin.close()
                async for line in child.stdout:
                    yield line.decode().rstrip("\n")
                await child.wait()
        except TimeoutError as late:
            raise Silent(text="the domain wasn't read in time") from late
        finally:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()

    def _told(self, seat: Seat, before: int | None) -> bytes:
        place = self.wire.place
        told = {
            "host": seat.host,
            "ca_file": str(place.ca_file),
            "server_name": place.server_name,
            "account": place.account,
            "password": place.password.reveal(),
            "directory": self.directory,
            "base": self.base,
            "now": self.now,
            "usn": seat.usn,
            "before": before,
        }
        return json.dumps(told).encode()


@dataclass
class Told:
    """`stamps`: what was told of each account up to `mark`; only the process that told it knows, another tells more than it must."""

    mark: str = ""
    stamps: dict[SubjectId, bytes] = field(default_factory=dict)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def changes(self, wire: Wire, directory: str, base: str, since: str | None, now: float) -> Changes:
        """Raises Refused, Silent."""
        reader, mark = Reader(wire, directory, base, now), Mark.parse(since)
        async with self.reading:
            seat = await wire.ask(Seat.read)
            if mark and mark.invocation == seat.invocation:
                if mark.usn == seat.usn:
                    return Changes((), (), str(mark))
                if told := await self._since(reader, seat, mark):
                    return told
            return await self._whole(reader, seat, str(mark) if mark else "")

    async def _since(self, reader: Reader, seat: Seat, mark: Mark) -> Changes | None:
        """None: it takes more than looking at the accounts that changed, since a group did, or something has gone."""
        persons = await reader.wire.ask(lambda line: touched(line, reader, mark.usn), seat.host)
        if persons is None:
            return None
        swept = _ended(_parsed("".join([line async for line in reader.lines(seat, mark.usn)])))
        if swept.get("before") != mark.digest:
            return None
        following = str(Mark(seat.invocation, seat.usn, swept["digest"]))
        if self.mark == str(mark):
            new = {p.subject: stamp(as_line(p)) for p in persons}
            persons = [p for p in persons if self.stamps.get(p.subject) != new[p.subject]]
            self.mark, self.stamps = following, self.stamps | new
        return Changes(persons, (), following)

    async def _whole(self, reader: Reader, seat: Seat, since: str) -> Changes:
        before = self.stamps if since and since == self.mark else None
        stamps: dict[SubjectId, bytes] = {}
        persons: list[Person] = []
        end: dict[str, Any] = {}
        async for line in reader.lines(seat):
            told = _parsed(line)
            if "subject" not in told:
                end = told
                continue
            subject, stamped = SubjectId(told["subject"]), stamp(line)
            if before is None or before.get(subject) != stamped:
                persons.append(as_person(told))
            stamps[subject] = stamped
            if len(stamps) % BREATH == 0:
                await asyncio.sleep(0)  # conversations go on meanwhile
        following = str(Mark(seat.invocation, seat.usn, _ended(end)["digest"]))
        if not stamps:  # every domain has accounts: we may not see them, and nobody is to be taken for gone
            raise Silent(Why.ACCOUNT, "no account can be read below the base")
        if since or not self.mark:
            self.mark, self.stamps = following, stamps
        gone = sorted(set(before) - set(stamps)) if before is not None else []
        return Changes(persons, gone, following, whole=before is None)


def touched(line: Line, reader: Reader, usn: int) -> list[Person] | None:
    """None: a group has changed, or too many accounts, or one whose groups the server doesn't tell."""
    since = f"(uSNChanged>={usn + 1})"
    if line.search(reader.base, f"(&(objectCategory=group){since})"):
        return None
    entries = line.search(reader.base, f"(&{ACCOUNT}{since})", PERSON)
    if len(entries) > MANY:
        return None
    try:
        return [person(line, reader.directory, reader.base, entry, reader.now) for entry in entries]
    except Silent:
        return None


def stamp(line: str) -> bytes:
    """Short, and different for different lines."""
    return hashlib.blake2b(line.encode(), digest_size=12).digest()


def _parsed(line: str) -> dict[str, Any]:
    """Half a line is none."""
    try:
        told: dict[str, Any] = json.loads(line)
    except ValueError:
        return {}
    return told


def _ended(said: dict[str, Any]) -> dict[str, Any]:
    """What the child said at its end. Raises Silent when it broke off."""
    if "digest" not in said:
        raise Silent(Why(said.get("silent", Why.NETWORK)), str(said.get("text", "the reader broke off")))
    return said
