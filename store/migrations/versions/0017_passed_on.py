"""A grant says whose case it was when it was given, so that it is worth nothing in other hands."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0014"
branch_labels = None
depends_on = None
usable_from = "0017"  # older code would call the right of a case forged


def upgrade() -> None:
    with op.batch_alter_table("grant") as batch_op:
        batch_op.add_column(sa.Column("agent", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("grant") as batch_op:
        batch_op.drop_column("agent")
