"""Brings a database up to date, and tells whether this version can use it: its own, or a newer one that was made for both."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.platform.errors import OperatorError
from bot.platform.revisions import Tables
from store.availability import available
from store.database import driven
from store.tables import MIGRATION

MIGRATIONS = Path(__file__).parent / "migrations"
USABLE_FROM = select(func.max(MIGRATION.c.usable_from))  # revisions are numbers of four digits


async def migrate(url: str) -> None:
    """To the newest revision that this version knows. Raises OperatorError.

    Several replicas may do so at once, but one of them only once: Alembic's context is a global.
    """
    match await tables(url):
        case Tables.NEWER:
            return  # an old replica that comes back leaves them as they are
        case Tables.TOO_NEW as found:
            raise OperatorError(found.mend)
        case _:
            await asyncio.to_thread(command.upgrade, configured(url), "head")


async def tables(url: str) -> Tables:
    """How the tables are, for this version of Unlatch. Raises Unavailable."""
    engine = create_async_engine(driven(url), poolclass=NullPool, hide_parameters=True)
    try:
        with available():
            async with engine.connect() as conn:
                found, usable_from = await conn.run_sync(_revision)
    finally:
        await engine.dispose()
    script = ScriptDirectory.from_config(configured(url))
    ours = script.get_current_head() or ""
    if found == ours:
        return Tables.SAME
    if found is None or found in {each.revision for each in script.walk_revisions()}:
        return Tables.OLDER
    return Tables.NEWER if usable_from is not None and usable_from <= ours else Tables.TOO_NEW


def configured(url: str) -> Config:
    """Alembic's settings, without a file; the address travels beside them, since it may hold a password."""
    config = Config(attributes={"url": url})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _revision(conn: Connection) -> tuple[str | None, str | None]:
    """Where the database stands, and the oldest revision whose code can use it."""
    found = MigrationContext.configure(conn).get_current_revision()
    marked = inspect(conn).has_table(MIGRATION.name)
    return found, conn.execute(USABLE_FROM).scalar() if marked else None
