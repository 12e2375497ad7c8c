"""Accounts as their directories last told them."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("directory", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("login", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("admin", sa.Boolean(), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("manager", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_account")),
    )
    op.create_table(
        "account_source",
        sa.Column("directory", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("mark", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("directory", name=op.f("pk_account_source")),
    )
    op.create_table(
        "account_group",
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("folded", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["account.subject"], name=op.f("fk_account_group_subject"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("subject", "folded", name=op.f("pk_account_group")),
    )
    with op.batch_alter_table("account_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_group_folded"), ["folded"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("account_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_group_folded"))

    op.drop_table("account_group")
    op.drop_table("account_source")
    op.drop_table("account")
