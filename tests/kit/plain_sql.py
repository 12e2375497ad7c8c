"""Plain SQL on either database from a connection of its own, past everything of ours: what whoever holds the database can do."""

import asyncio
import re
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count

import asyncpg

Rows = list[tuple[object, ...]]
PATIENCE = 10.0  # seconds; whoever holds the rows may be the test that waits here, and would hold them for ever
TABLES = {
    "sqlite": "select name from sqlite_master where type = 'table'",
    "postgresql": "select tablename from pg_tables where schemaname = 'public'",
}


def run(url: str, statement: str, values: Sequence[object] = ()) -> Rows:
    """What the statement gives; `?` stands for a value. It is committed."""
    if path := _path(url):
        with closing(sqlite3.connect(path)) as base, base:
            return base.execute(statement, values).fetchall()
    with ThreadPoolExecutor(1) as pool:  # a thread of its own: the test's event loop is at work
        return pool.submit(asyncio.run, _postgresql(url, statement, values)).result()


def everything(url: str) -> str:
    """All that stands in any row."""
    tables = run(url, TABLES["sqlite" if _path(url) else "postgresql"])
    return "\n".join(str(row) for (name,) in tables for row in run(url, f'select * from "{name}"'))  # noqa: S608 - a name that the database itself gave


def _path(url: str) -> str:
    """Of an SQLite file; empty if it is none."""
    return url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else ""


async def _postgresql(url: str, statement: str, values: Sequence[object]) -> Rows:
    number = count(1)
    connection = await asyncpg.connect(url)
    try:
        numbered = re.sub(r"\?", lambda _: f"${next(number)}", statement)
        return [tuple(row) for row in await connection.fetch(numbered, *values, timeout=PATIENCE)]
    finally:
        await connection.close()
