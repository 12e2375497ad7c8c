"""Departments and contact data, as directories tell them."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TOLD = ("department", "mobile", "phone")


def upgrade() -> None:
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    with op.batch_alter_table("account_source") as batch_op:
        batch_op.add_column(sa.Column("contacts", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))
    op.execute("UPDATE account_source SET mark = ''")  # everybody is told once more, with what was left out so far
    with op.batch_alter_table("directory_account") as batch_op:
        for name in TOLD:
            batch_op.add_column(sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("mails", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("directory_account") as batch_op:
        for name in ("mails", *TOLD):
            batch_op.drop_column(name)
    with op.batch_alter_table("account_source") as batch_op:
        batch_op.drop_column("contacts")
    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_column("department")
