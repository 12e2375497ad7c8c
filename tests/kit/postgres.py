"""A real PostgreSQL, started for these tests alone on a loopback port, with a fresh migrated database for each test."""

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from alembic import command

from store.migrate import configured

TEMPLATE = "migrated"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=32MB")


@dataclass
class Server:
    """One cluster, and the databases in it."""

    programs: Path
    folder: Path
    port: int
    user: str | None
    settings: Sequence[str] = QUICK
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def run(self, program: str, *arguments: str) -> bytes:
        command_line: list[str | Path] = [self.programs / program, *arguments]
        return subprocess.run(command_line, check=True, capture_output=True, user=self.user, cwd=self.folder).stdout

    def ask(self, statement: str) -> None:
        self.run("psql", *self._address(), "-d", "postgres", "-qc", statement)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def fresh(self) -> str:
        """Name of a copy of the migrated database."""
        name = f"test{next(self.numbers)}"
        self.ask(f"create database {name} template {TEMPLATE} strategy file_copy")
        return name

    def dumped(self, name: str) -> bytes:
        """All that stands in it."""
        return self.run("pg_dump", *self._address(), "--inserts", name)

    def drop(self, name: str) -> None:
        self.ask(f"drop database {name} with (force)")

    def serve(self) -> subprocess.Popen[bytes]:
        settings = [f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}", *self.settings]
        command_line: list[str | Path] = [
            self.programs / "postgres",
            "-D",
            self.folder / "data",
            *(part for s in settings for part in ("-c", s)),
        ]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command_line, user=self.user, cwd=self.folder, stdout=quiet, stderr=quiet)

    def wait(self) -> None:
        for _ in range(100):
            try:
                return self.ask("select 1")
            except subprocess.CalledProcessError:
                time.sleep(0.1)
        raise TimeoutError("PostgreSQL doesn't answer")

    def _address(self) -> tuple[str, ...]:
        return "-h", str(self.folder), "-p", str(self.port), "-U", "postgres"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """Started once."""
    if not programs():
        pytest.skip("PostgreSQL isn't installed (/usr/lib/postgresql/*/bin)")
    with running() as (server, _):
        yield server


def programs() -> list[Path]:
    """Where those of each version are, the newest last."""
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))


@contextmanager
def running(settings: Sequence[str] = QUICK) -> Iterator[tuple[Server, int]]:
    """A server and its process, until the block ends. PostgreSQL refuses to run as root, so then it runs as its own user."""
    folder = Path(tempfile.mkdtemp(prefix="unlatch-postgres-"))
    server = Server(programs()[-1], folder, free_port(), unprivileged(folder), settings)
    try:
        server.run("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
        process = server.serve()
        try:
            server.wait()
            server.ask(f"create database {TEMPLATE}")
            with ThreadPoolExecutor() as pool:  # a thread of its own: migrations bring their own event loop
                pool.submit(command.upgrade, configured(server.url(TEMPLATE)), "head").result()
            yield server, process.pid
        finally:
            process.terminate()
            process.wait()
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def postgres(postgres_server: Server) -> Iterator[str]:
    """Address of a database of this test's own."""
    name = postgres_server.fresh()
    yield postgres_server.url(name)
    postgres_server.drop(name)


def unprivileged(folder: Path) -> str | None:
    if os.geteuid():
        return None
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_name


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
