"""Which accounts sign in by smart card alone, for coverage."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
usable_from = "0005"


def upgrade() -> None:
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("smart_card", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE account_source SET mark = ''")  # all accounts are told anew, since none has said it yet


def downgrade() -> None:
    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_column("smart_card")
