"""What each migration lets older code do, where the audit in this database begins, and one index less."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
usable_from = "0005"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "migration",
        sa.Column("revision", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("usable_from", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_migration")),
    )
    op.create_table(
        "audit_archived",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("count", BIG, nullable=False),
        sa.Column("head", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_archived")),
    )
    # Nobody asks for operations by time alone; to find an account's newest by it was to walk through everybody's.
    op.drop_index(op.f("ix_operation_at"), "operation")


def downgrade() -> None:
    op.create_index(op.f("ix_operation_at"), "operation", ["at"])
    op.drop_table("audit_archived")
    op.drop_table("migration")
