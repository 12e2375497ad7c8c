"""Vendors' chats: what they were shown, what they said, and which of their accounts are linked."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversation") as batch_op:
        batch_op.add_column(sa.Column("account", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("pressed", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("pressed_in", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    with op.batch_alter_table("window") as batch_op:
        batch_op.add_column(sa.Column("show_at", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("moved", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("message", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("below", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index(batch_op.f("ix_window_show_at"), ["show_at"], unique=False)
    op.create_table(
        "heard",
        sa.Column("event", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_heard")),
    )
    with op.batch_alter_table("heard") as batch_op:
        batch_op.create_index(batch_op.f("ix_heard_at"), ["at"], unique=False)
    op.create_table(
        "chat_link",
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("account", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "account", name=op.f("pk_chat_link")),
    )
    with op.batch_alter_table("chat_link") as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_link_subject"), ["subject"], unique=False)


def downgrade() -> None:
    for table in ("chat_link", "heard"):
        op.drop_table(table)
    with op.batch_alter_table("window") as batch_op:
        batch_op.drop_index(batch_op.f("ix_window_show_at"))
        for column in ("below", "message", "tries", "moved", "show_at"):
            batch_op.drop_column(column)
    with op.batch_alter_table("conversation") as batch_op:
        for column in ("pressed_in", "pressed", "account"):
            batch_op.drop_column(column)
