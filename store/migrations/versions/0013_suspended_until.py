"""A suspension that was reported without enough proof lapses. Those from before don't, and their signatures stay good."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
usable_from = "0013"  # older code reads a set without the new column, and so would close the account of whoever lost a phone


def upgrade() -> None:
    with op.batch_alter_table("suspension") as batch_op:
        batch_op.add_column(sa.Column("until", sa.Float(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("suspension") as batch_op:
        batch_op.drop_column("until")
