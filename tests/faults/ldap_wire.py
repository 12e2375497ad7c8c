"""What replicas say to the directory, read on the way: which requests change accounts, with what, and what came of each."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

BIND, SEARCH, MODIFY, DONE, EXTENDED = 0x60, 0x63, 0x66, 0x67, 0x77  # RFC 4511 section 4
KINDS = {BIND: "bind", SEARCH: "search", EXTENDED: "extended"}


@dataclass
class DirectoryWrite:
    """A modify that passed: of which entry, and the password, or empty where a lock was taken off. `code` None: unanswered."""

    dn: str
    password: str
    replica: int
    at: float
    code: int | None = None

    @property
    def done(self) -> bool:
        """The directory said so."""
        return self.code == 0


@dataclass
class LdapTalk:
    """One connection of one replica. Whatever it writes is put into `writes` once it has passed."""

    replica: int
    writes: list[DirectoryWrite]
    _waiting: dict[int, DirectoryWrite] = field(default_factory=dict)

    async def question(self, reader: asyncio.StreamReader) -> tuple[str, bytes]:
        octets = await _message(reader)
        number, tag, body = _operation(octets)
        if tag != MODIFY:
            return KINDS.get(tag, "other"), octets
        write = _modified(body, self.replica)
        if write is None:
            return "other", octets
        self.writes.append(write)
        self._waiting[number] = write
        return "new password" if write.password else "lock off", octets

    async def answer(self, reader: asyncio.StreamReader) -> bytes:
        try:
            octets = await _message(reader)
        except asyncio.IncompleteReadError:
            return b""
        number, tag, body = _operation(octets)
        if tag == DONE and number in self._waiting:
            self._waiting[number].code = _elements(body)[0][1][0]
            self._waiting[number].at = time.time()
        return octets


def _modified(body: bytes, replica: int) -> DirectoryWrite | None:
    (_, dn), (_, changes) = _elements(body)[:2]
    for _, change in _elements(changes):
        (_, attribute), (_, values) = _elements(_elements(change)[1][1])
        name, given = attribute.lower(), [value for _, value in _elements(values)]
        if name == b"userpassword" and given:
            return DirectoryWrite(dn.decode(), given[0].decode(), replica, time.time())
        if name == b"pwdaccountlockedtime":
            return DirectoryWrite(dn.decode(), "", replica, time.time())
    return None


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(2)
    if head[1] < 0x80:
        return head + await reader.readexactly(head[1])
    size = await reader.readexactly(head[1] & 0x7F)
    return head + size + await reader.readexactly(int.from_bytes(size))


def _operation(octets: bytes) -> tuple[int, int, bytes]:
    (_, whole), *_ = _elements(octets)
    (_, number), (tag, body), *_ = _elements(whole)
    return int.from_bytes(number), tag, body


def _elements(octets: bytes) -> list[tuple[int, bytes]]:
    return list(_each(octets))


def _each(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """Tags and contents, as BER has them (X.690)."""
    at = 0
    while at < len(octets):
        tag, size, at = octets[at], octets[at + 1], at + 2
        if size >= 0x80:
            more = size & 0x7F
            size, at = int.from_bytes(octets[at : at + more]), at + more
        yield tag, octets[at : at + size]
        at += size
