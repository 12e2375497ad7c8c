"""Reads a whole domain in a process of its own: the parent's side, which starts the child and hears it out."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from adapters.directories.active_directory.values import guid_text
from adapters.directories.ldap.line import Line, Silent, Why
from adapters.directories.ldap.wire import Wire

WHOLE = 600.0  # seconds for a whole domain
CHILD = "adapters.directories.active_directory.reading"


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
        child = await asyncio.create_subprocess_exec(sys.executable, "-m", CHILD, stdin=PIPE, stdout=PIPE, env=env)
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


def parsed(line: str) -> dict[str, Any]:
    """Half a line is none."""
    try:
        told: dict[str, Any] = json.loads(line)
    except ValueError:
        return {}
    return told


def ended(said: dict[str, Any]) -> dict[str, Any]:
    """What the child said at its end. Raises Silent when it broke off."""
    if "digest" not in said:
        raise Silent(Why(said.get("silent", Why.NETWORK)), str(said.get("text", "the reader broke off")))
    return said
