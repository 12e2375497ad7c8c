"""A migration of the next version, run over a database beside which this version's replicas work."""

import asyncio
import shutil
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from store.migrate import MIGRATIONS, configured

# What "expand" means: a column with a default, a table of its own, an index that nobody has to know.
NEXT = '''
"""The next version's."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, usable_from = "9999", "{before}", "{usable_from}"


def upgrade() -> None:
    with op.batch_alter_table("conversation") as batch_op:
        batch_op.add_column(sa.Column("novelty", sa.Text(), server_default="", nullable=False))
    op.create_table("novelty", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_index("ix_operation_novelty", "operation", ["mark"])


def downgrade() -> None:
    op.drop_index("ix_operation_novelty", "operation")
    op.drop_table("novelty")
    with op.batch_alter_table("conversation") as batch_op:
        batch_op.drop_column("novelty")
'''


def head(url: str) -> str:
    """The newest revision that this version knows."""
    found = ScriptDirectory.from_config(configured(url)).get_current_head()
    assert found
    return found


async def upgrade_to_the_next(url: str, folder: Path, usable_from: str) -> None:
    """As its `unlatch migrate` would, in a process of which this one knows nothing."""
    shutil.copytree(MIGRATIONS, folder)
    (folder / "versions" / "9999_next.py").write_text(NEXT.format(before=head(url), usable_from=usable_from))
    config = configured(url)
    config.set_main_option("script_location", str(folder))
    await asyncio.to_thread(command.upgrade, config, "head")
