"""Whoever wrote words that nobody lived to understand is asked for them again, so an event says where until it is understood."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None
usable_from = "0017"  # older code leaves both empty: its words aren't asked for again, as ever
UNREAD = sa.text("chat IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("heard") as batch_op:
        batch_op.add_column(sa.Column("chat", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("reply_to", sa.String(), nullable=True))
    op.create_index("ix_heard_unread", "heard", ["at"], sqlite_where=UNREAD, postgresql_where=UNREAD)


def downgrade() -> None:
    op.drop_index("ix_heard_unread", "heard")
    with op.batch_alter_table("heard") as batch_op:
        batch_op.drop_column("reply_to")
        batch_op.drop_column("chat")
