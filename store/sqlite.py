"""SQLite at the least cost a statement: a write makes one trip to its connection's thread and back, a read none.

The driver's own cursor makes four: to be made, to execute, to fetch and to be closed. Trips are most of what a statement
costs, so this one does all four at once; our results are small. The writing connection begins with its first statement.
What looks at everything isn't done `inline`: it makes its trip, and the event loop goes on.
"""

import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Self

import aiosqlite
from aiosqlite.core import _STOP_RUNNING_SENTINEL

BUSY = 10.0  # seconds to wait for another process's transaction
WRITES = ("pragma journal_mode=wal", "pragma synchronous=normal", "pragma foreign_keys=on")
READS = ("pragma query_only=on",)  # not the journal's mode: who sets it while another does is refused, however long it would wait

Parameters = Iterable[Any]


class Cursor:
    """What SQLAlchemy asks of a cursor; the rows are here before they are fetched."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Parameters = ()) -> None:
        await self._run(sqlite3.Cursor.execute, statement, parameters)

    async def executemany(self, statement: str, parameters: Iterable[Parameters]) -> None:
        await self._run(sqlite3.Cursor.executemany, statement, parameters)

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing to do: all rows were fetched when the statement ran."""

    async def _run(self, how: Callable[..., sqlite3.Cursor], statement: str, parameters: Any) -> None:
        cursor, self._rows = await self._connection.trip(how, statement, parameters)
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid


class Connection(aiosqlite.Connection):
    """One thread and one sqlite3 connection."""

    def __init__(self, path: str, *, writes: bool, inline: bool) -> None:
        super().__init__(partial(_connect, path, writes=writes), iter_chunk_size=64)
        self._thread.daemon = True  # as SQLAlchemy has it: a process that ends waits for no query
        self._writes, self._inline = writes, inline

    def __del__(self) -> None:
        """A connection that was thrown away in mid-trip is closed by its thread, which ends with that."""
        if (left := self._connection) is not None:
            self._tx.put_nowait((None, partial(_close, left)))

    def cursor(self) -> Cursor:  # type: ignore[override]  # SQLAlchemy is its only caller
        return Cursor(self)

    async def trip(self, how: Callable[..., sqlite3.Cursor], statement: str, parameters: Any) -> tuple[sqlite3.Cursor, list[Any]]:
        if self._inline:
            return self._there(how, statement, parameters)  # a read waits for nobody, and is over before a thread would wake
        there: Any = self._execute  # untyped in the driver
        return await there(self._there, how, statement, parameters)  # type: ignore[no-any-return]  # what `_there` returns

    def _there(self, how: Callable[..., sqlite3.Cursor], statement: str, parameters: Any) -> tuple[sqlite3.Cursor, list[Any]]:
        if self._writes and not self._conn.in_transaction:
            self._conn.execute("begin immediate")
        cursor = how(self._conn.cursor(), statement, parameters)
        return cursor, cursor.fetchall() if cursor.description else []

    async def rollback(self) -> None:
        """Saves its trip when there is nothing to roll back. (Whoever is cancelled on a trip: SQLAlchemy throws that connection away.)"""
        if self.in_transaction:
            await super().rollback()


def _close(left: sqlite3.Connection) -> object:
    left.close()
    return _STOP_RUNNING_SENTINEL


def _connect(path: str, *, writes: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None, check_same_thread=False)
    for pragma in WRITES if writes else READS:
        connection.execute(pragma)
    return connection
