"""Who set a password of the embedded directory, and what was done to one account, found without looking at all others'."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("directory_account") as batch_op:
        batch_op.add_column(sa.Column("changed_by", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))
    op.create_index(op.f("ix_operation_subject_at"), "operation", ["subject", "at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_operation_subject_at"), "operation")
    with op.batch_alter_table("directory_account") as batch_op:
        batch_op.drop_column("changed_by")
