"""The floors: the same durable work by the raw driver alone, and bare listeners that do no more than that before they answer."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.message import EmailMessage
from smtplib import SMTP
from typing import Protocol

import asyncpg
from aiohttp import web
from sqlalchemy import make_url

from store.sqlite import WRITES

BYSTANDERS = "de"  # the language of those whose conversations are there for the floor alone
CLAIM = "update conversation set claim = claim + 1, held = held + 1, due_at = {} where id = {}"
SETTLE = "update conversation set turn = turn + 1, step = {}, held = 0 where id = {}"
ROWS = "select id, step from conversation where language = {} order by id"
Row = tuple[str, str]


class Rows(Protocol):
    """Real conversations' rows in the very database that ours are in, by a connection of its own with the same durability."""

    async def commit(self, times: int) -> None:
        """So many transactions, each of which writes one row as a claim or as a settled turn does."""


class SqliteRows:
    """By `sqlite3`."""

    def __init__(self, url: str) -> None:
        self._connection = sqlite3.connect(make_url(url).database or "", timeout=10, isolation_level=None)
        for pragma in WRITES:
            self._connection.execute(pragma)
        self._rows: list[Row] = self._connection.execute(ROWS.format("?"), (BYSTANDERS,)).fetchall()
        self._turns = 0

    async def commit(self, times: int) -> None:
        for _ in range(times):
            statement, given = _next(self._rows, self._turns, "?", "?")
            self._turns += 1
            self._connection.execute("begin immediate")
            done = self._connection.execute(statement, given)
            assert done.rowcount == 1
            self._connection.execute("commit")

    async def close(self) -> None:
        self._connection.close()


class PostgresRows:
    """By `asyncpg`."""

    def __init__(self, connection: asyncpg.Connection, rows: list[Row]) -> None:
        self._connection, self._rows, self._turns = connection, rows, 0

    async def commit(self, times: int) -> None:
        for _ in range(times):
            statement, given = _next(self._rows, self._turns, "$1", "$2")
            self._turns += 1
            async with self._connection.transaction():
                assert await self._connection.execute(statement, *given) == "UPDATE 1"

    async def close(self) -> None:
        await self._connection.close()


def _next(rows: list[Row], turns: int, first: str, second: str) -> tuple[str, tuple[object, str]]:
    id, step = rows[turns // 2 % len(rows)]
    given: object = step if turns % 2 else 4_000_000_000.0  # the lease's end: nobody takes it up
    return (SETTLE if turns % 2 else CLAIM).format(first, second), (given, id)


@asynccontextmanager
async def rows_of(url: str) -> AsyncIterator[Rows]:
    """Whichever database it is. There have to be conversations in it."""
    rows: SqliteRows | PostgresRows
    if url.startswith("sqlite"):
        rows = SqliteRows(url)
    else:
        connection = await asyncpg.connect(url)
        rows = PostgresRows(
            connection, [(row["id"], row["step"]) for row in await connection.fetch(ROWS.format("$1"), BYSTANDERS)]
        )
    try:
        yield rows
    finally:
        await rows.close()


@asynccontextmanager
async def listeners(work: Callable[[], Awaitable[object]]) -> AsyncIterator[int]:
    """The port of a listener that takes a form, does the work if it was posted to `/work`, and answers with a line."""

    async def heard(request: web.Request) -> web.Response:
        await request.post()
        if request.path == "/work":
            await work()
        return web.Response(text="done")

    site = web.Application()
    site.router.add_post("/{any:.*}", heard)
    async with served(site) as port:
        yield port


@asynccontextmanager
async def served(site: web.Application) -> AsyncIterator[int]:
    """Its port, until the block ends."""
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def mailed(port: int) -> None:
    """One bare mail."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "it@contoso.example", "nobody@bench.example", "Your code"
    mail.set_content("Your code is ten past six.\n")
    with SMTP("127.0.0.1", port) as server:
        server.send_message(mail)
