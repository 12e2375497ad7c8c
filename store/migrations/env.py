"""Runs migrations: by `store.migrate`, or by hand with `alembic -c store/migrations/alembic.ini -x url=sqlite:///... revision`."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import Script
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import store.account_tables  # for its tables, as the next six
import store.agent_rows
import store.case_rows
import store.directory_tables
import store.event_rows
import store.policy_change_rows
import store.tables  # noqa: F401 - declares them
from store.database import driven
from store.tables import MIGRATION

LOCK = 8400  # of PostgreSQL: replicas that start together migrate one after the other
PATIENCE = 60.0  # seconds to wait for another process's migration


def run(connection: Connection) -> None:
    """All or nothing, and one process after the other. SQLite's foreign keys are off here: a table is rebuilt by dropping it."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        with suppress(OperationalError):  # another process is at it; SQLite doesn't wait for this lock
            connection.exec_driver_sql("pragma journal_mode=wal")  # once and for good, before anybody reads
    connection.exec_driver_sql("begin immediate" if sqlite else f"select pg_advisory_xact_lock({LOCK})")
    context.configure(
        connection=connection,
        target_metadata=sqlmodel.SQLModel.metadata,
        render_as_batch=True,
        on_version_apply=noted,
    )
    context.run_migrations()


def noted(ctx: MigrationContext, step: MigrationInfo, heads: Collection[Any], run_args: Mapping[str, Any]) -> None:  # noqa: ARG001 - alembic's names
    """What older code may still do beside this migration; one that says nothing is for its own code alone."""
    connection, revision = ctx.connection, step.up_revision
    if connection is None or not isinstance(revision, Script) or not sa.inspect(connection).has_table(MIGRATION.name):
        return
    connection.execute(sa.delete(MIGRATION).where(MIGRATION.c.revision == revision.revision))
    if step.is_upgrade:
        usable_from = getattr(revision.module, "usable_from", revision.revision)
        connection.execute(sa.insert(MIGRATION), {"revision": revision.revision, "usable_from": usable_from})


async def main(url: str) -> None:
    address = driven(url)
    by_hand = {"isolation_level": None, "timeout": PATIENCE} if address.get_backend_name() == "sqlite" else {}
    engine = create_async_engine(address, poolclass=NullPool, hide_parameters=True, connect_args=by_hand)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()


asyncio.run(main(context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True)["url"]))
