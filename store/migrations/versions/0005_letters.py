"""Queues of their own for what waits for one messenger, an end for each job, and the letters that never got there."""

from typing import Literal

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEVER = "4102444800"  # the year 2100: what an older replica still writes doesn't know when it ends


def upgrade() -> None:
    anew: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    # A number is never given twice: whoever comes late with one must not mean another job.
    with op.batch_alter_table("job", recreate=anew, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("queue", sqlmodel.sql.sqltypes.AutoString(), server_default="work", nullable=False))
        batch_op.add_column(sa.Column("at", sa.Float(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("until", sa.Float(), server_default=NEVER, nullable=False))
        batch_op.drop_index(batch_op.f("ix_job_due_at"))
        batch_op.create_index(batch_op.f("ix_job_queue_due_at_id"), ["queue", "due_at", "id"])
    op.create_table(
        "dead_letter",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("queue", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("died_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_dead_letter_died_at"), "dead_letter", ["died_at"])


def downgrade() -> None:
    op.drop_table("dead_letter")
    with op.batch_alter_table("job") as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_queue_due_at_id"))
        batch_op.create_index(batch_op.f("ix_job_due_at"), ["due_at"])
        for name in ("until", "at", "queue"):
            batch_op.drop_column(name)
