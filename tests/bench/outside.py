"""Everybody outside, in one process of their own (`outsiders.py`), so that neither their CPU nor their memory is ours: what they are asked to do."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

PORT = 8400  # of the address that people know; what is listened on is another one
HOST = f"localhost:{PORT}"
ROOM = 1 << 24  # bytes of one answer


@dataclass(frozen=True)
class Outside:
    """Where the mail server, Slack and Microsoft are reached, all on loopback."""

    smtp: int
    slack: str
    teams: str
    process: Process

    async def ask(self, do: str, **given: object) -> Any:
        """Does it, and tells. Raises SystemExit when it went wrong there; what, has been printed by then."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **given}).encode() + b"\n")
        return await _told(self.process)


@asynccontextmanager
async def outside() -> AsyncIterator[Outside]:
    """Until the block ends."""
    command = [sys.executable, "-m", "tests.bench.outsiders"]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=ROOM)
    try:
        yield Outside(**await _told(process), process=process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def _told(process: Process) -> Any:
    assert process.stdout is not None
    if not (line := await process.stdout.readline()):
        raise SystemExit("what stands for everybody outside has ended")
    return json.loads(line)
