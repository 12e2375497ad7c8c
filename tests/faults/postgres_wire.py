"""What replicas say to PostgreSQL, read on the way as far as it tells a commit from a statement."""

import asyncio
from dataclasses import dataclass

NO_PROTOCOL = {80877103, 80877102, 80877104}  # asks for TLS, cancels, asks for GSSAPI: nothing of these is a session
CHUNK = 65536


@dataclass
class PostgresTalk:
    """One connection."""

    begun: bool = False

    async def question(self, reader: asyncio.StreamReader) -> tuple[str, bytes]:
        if not self.begun:
            size = await reader.readexactly(4)
            rest = await reader.readexactly(int.from_bytes(size) - 4)
            self.begun = int.from_bytes(rest[:4]) not in NO_PROTOCOL
            return "connect", size + rest
        head = await reader.readexactly(5)
        rest = await reader.readexactly(int.from_bytes(head[1:]) - 4)
        return _kind(head[:1], rest), head + rest

    async def answer(self, reader: asyncio.StreamReader) -> bytes:
        return await reader.read(CHUNK)


def _kind(letter: bytes, rest: bytes) -> str:
    if letter == b"B":
        return "statement"
    if letter != b"Q":
        return "other"
    word = rest[:6].upper()
    return "commit" if word == b"COMMIT" else "begin" if word.startswith(b"BEGIN") else "other"
