"""One database, SQLite or PostgreSQL: short writing transactions, and reads beside them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, FunctionElement, Row, String, make_url, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from store.availability import available
from store.notifications import listen
from store.sqlite import Connection

CHANNEL = "unlatch"
JOB = "job"  # what is told when work was put into the queue; anything else is a conversation's id
READERS = 4
REPLICA = 10  # connections of one replica to PostgreSQL
PATIENCE = 10.0  # seconds to wait for a free connection
CONNECT, ANSWER, LONG = 3.0, 8.0, 300.0  # seconds until PostgreSQL lets us in, has answered, and has looked at everything

upsert = postgresql.insert  # "on conflict" in the form that both databases' compilers understand
AnyRow: TypeAlias = Row[*tuple[Any, ...]]  # leaves the store never; converted on the same screen
Point = Callable[[str], None]


def no_point(_name: str) -> None:
    """Outside of tests nobody watches the points where a process could die."""


class tell(FunctionElement[str]):  # noqa: N801 - reads as the SQL function that it is
    """Tells all replicas when the transaction commits. It stands in RETURNING, so it costs no statement of its own."""

    type = String()
    name = CHANNEL
    inherit_cache = True


@compiles(tell)
def _say_nothing(element: tell, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(tell, "postgresql")
def _notify(element: tell, compiler: SQLCompiler, **options: Any) -> str:
    return f"pg_notify('{CHANNEL}', {compiler.process(element.clauses, **options)})"


def telling(what: ColumnElement[str]) -> ColumnElement[str]:
    """`what` as the text that listeners get."""
    return tell(what)


@dataclass(frozen=True)
class Database:
    """Never open one transaction inside another: SQLite has one writer."""

    writer: AsyncEngine
    reader: AsyncEngine
    surveyor: AsyncEngine
    point: Point = no_point

    @classmethod
    def open(cls, url: str, point: Point = no_point) -> "Database":
        """`sqlite:///path` or `postgresql://...`. Connects when it is first used."""
        match make_url(url).get_backend_name():
            case "sqlite":
                writer, reader = _sqlite(url, 1, writes=True), _sqlite(url, READERS, writes=False)
                return cls(writer, reader, _sqlite(url, 1, writes=False, inline=False), point)
            case _:
                one = _postgresql(url, REPLICA, ANSWER)
                reader, surveyor = (
                    each.execution_options(isolation_level="AUTOCOMMIT") for each in (one, _postgresql(url, 1, LONG))
                )
                return cls(one, reader, surveyor, point)

    @asynccontextmanager
    async def write(self, name: str) -> AsyncIterator[AsyncConnection]:
        """One short transaction, all or nothing. `point` is told before it begins and after it is on disk. Raises Unavailable."""
        self.point(f"before {name}")
        with available():
            async with self.writer.begin() as conn:
                yield conn
        self.point(f"after {name}")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Each statement sees what is committed when it begins. Raises Unavailable."""
        with available():
            async with self.reader.connect() as conn:
                yield conn

    @asynccontextmanager
    async def survey(self) -> AsyncIterator[AsyncConnection]:
        """As `read`, for what looks at everything and so takes its time: nobody else waits for it."""
        with available():
            async with self.surveyor.connect() as conn:
                yield conn

    async def listen(self, callback: Callable[[str], None]) -> None:
        """Until cancelled: the id of each conversation that moved anywhere, or `JOB`. On SQLite it ends at once: one process."""
        if self.writer.dialect.name == "postgresql":
            await listen(self.writer.url, CHANNEL, callback)

    async def close(self) -> None:
        """Connections are given back."""
        await self.writer.dispose()
        await self.reader.dispose()
        await self.surveyor.dispose()


async def one_at_a_time(conn: AsyncConnection, what: str) -> None:
    """Until this transaction ends, others that want the same wait. SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        await conn.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": what})


def driven(url: str) -> URL:
    """With the name of the asynchronous driver in it."""
    made = make_url(url)
    return made.set(drivername="sqlite+aiosqlite" if made.get_backend_name() == "sqlite" else "postgresql+asyncpg")


def _postgresql(url: str, connections: int, answer: float) -> AsyncEngine:
    """The server ends what takes too long, and the driver what a frozen server doesn't end. A connection that was cut is never handed out."""
    patience = str(round(answer * 1000))
    given = {"statement_timeout": patience, "lock_timeout": patience, "idle_in_transaction_session_timeout": patience}
    return create_async_engine(
        driven(url),
        connect_args={"timeout": CONNECT, "command_timeout": answer + 1, "server_settings": given},
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=PATIENCE,
    )


def _sqlite(url: str, connections: int, *, writes: bool, inline: bool = True) -> AsyncEngine:
    path = make_url(url).database or ""
    return create_async_engine(
        driven(url),
        async_creator=partial(Connection, path, writes=writes, inline=inline and not writes),
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=PATIENCE,
    )
