"""A PostgreSQL that can be taken away in the middle of whatever it does, and comes back with what it has promised."""

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.kit import postgres
from tests.kit.postgres import Server

SETTINGS = (*postgres.QUICK, "max_connections=200")  # nothing is lost without fsync, since the machine itself doesn't fall


@dataclass
class DatabaseServer:
    """`server` says where it is."""

    server: Server
    process: "subprocess.Popen[bytes] | None" = None

    async def go(self) -> None:
        """At once: every connection is cut, whatever goes on in it."""
        await asyncio.to_thread(self.stop)

    async def come(self) -> None:
        """Back, when it answers."""
        self.process = self.server.serve()
        await asyncio.to_thread(self.server.wait)

    def stop(self) -> None:
        self.server.run("pg_ctl", "stop", "-D", str(self.server.folder / "data"), "-m", "immediate", "-w")
        if self.process:
            self.process.wait()

    def written_ahead(self) -> Iterator[bytes]:
        """Each file of its log."""
        for path in sorted((self.server.folder / "data" / "pg_wal").glob("0*")):
            yield path.read_bytes()


@contextmanager
def database_server() -> Iterator[DatabaseServer]:
    """Until the block ends."""
    with postgres.running(SETTINGS) as (server, _):
        made = DatabaseServer(server)
        try:
            yield made
        finally:
            if made.process and made.process.poll() is None:
                made.stop()
