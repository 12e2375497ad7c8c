"""People are listed by an index, so that a page costs the same wherever it stands in the list."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
usable_from = "0009"  # an index is nobody's need


def upgrade() -> None:
    with op.batch_alter_table("account") as batch_op:
        batch_op.create_index(batch_op.f("ix_account_login_subject"), ["login", "subject"])


def downgrade() -> None:
    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_login_subject"))
