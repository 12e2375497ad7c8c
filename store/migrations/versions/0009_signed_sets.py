"""What decides is signed in whole sets. Rows from before are signed by `unlatch migrate`, which has the key ring."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
usable_from = "0009"  # older code changes a set without signing it, and so would close accounts

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "set_seal",
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("owner", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("audit", BIG, nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "owner", name=op.f("pk_set_seal")),
    )
    op.create_table(
        "suspension",
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("method", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "method", name=op.f("pk_suspension")),
    )
    with op.batch_alter_table("chat_link") as batch_op:
        batch_op.drop_column("mac")
    op.execute("DELETE FROM known_browser")  # nobody ticked them
    with op.batch_alter_table("known_browser") as batch_op:
        batch_op.add_column(sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=False))
        batch_op.drop_index(batch_op.f("ix_known_browser_at"))
        batch_op.create_index(batch_op.f("ix_known_browser_browser"), ["browser"])


def downgrade() -> None:
    with op.batch_alter_table("known_browser") as batch_op:
        batch_op.drop_index(batch_op.f("ix_known_browser_browser"))
        batch_op.create_index(batch_op.f("ix_known_browser_at"), ["at"])
        batch_op.drop_column("label")
    with op.batch_alter_table("chat_link") as batch_op:
        batch_op.add_column(sa.Column("mac", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))
    op.drop_table("suspension")
    op.drop_table("set_seal")
