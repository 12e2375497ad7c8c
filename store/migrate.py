"""Brings a database up to date, and tells whether it is."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from store.availability import available
from store.database import driven

MIGRATIONS = Path(__file__).parent / "migrations"


async def migrate(url: str) -> None:
    """To the newest revision. Several replicas may do so at once, but one of them only once: Alembic's context is a global."""
    await asyncio.to_thread(command.upgrade, configured(url), "head")


async def up_to_date(url: str) -> bool:
    """Whether the tables are as this version of Unlatch needs them. Raises Unavailable."""
    engine = create_async_engine(driven(url), poolclass=NullPool, hide_parameters=True)
    try:
        with available():
            async with engine.connect() as conn:
                found = await conn.run_sync(_revision)
    finally:
        await engine.dispose()
    return found == ScriptDirectory.from_config(configured(url)).get_current_head()


def configured(url: str) -> Config:
    """Alembic's settings, without a file; the address travels beside them, since it may hold a password."""
    config = Config(attributes={"url": url})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _revision(conn: Connection) -> str | None:
    return MigrationContext.configure(conn).get_current_revision()
