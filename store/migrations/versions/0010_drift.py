"""How far the clock of somebody's authenticator is off."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
usable_from = "0009"


def upgrade() -> None:
    with op.batch_alter_table("method") as batch_op:
        batch_op.add_column(sa.Column("drift", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("method") as batch_op:
        batch_op.drop_column("drift")
