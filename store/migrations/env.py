"""Runs migrations: by `store.migrate`, or by hand with `alembic -c store/migrations/alembic.ini -x url=sqlite:///... revision`."""

import asyncio

import sqlmodel
from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import store.directory_tables  # for its tables, as the next
import store.tables  # noqa: F401 - declares them
from store.database import driven

LOCK = 8400  # of PostgreSQL: replicas that start together migrate one after the other


def run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"select pg_advisory_xact_lock({LOCK})"))
    context.configure(connection=connection, target_metadata=sqlmodel.SQLModel.metadata, render_as_batch=True)
    context.run_migrations()


async def main(url: str) -> None:
    engine = create_async_engine(driven(url), poolclass=NullPool, hide_parameters=True)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(main(context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True)["url"]))
