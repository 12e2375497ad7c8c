"""What the audit tells of one account is found by an index."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
usable_from = "0009"  # an index is nobody's need


def upgrade() -> None:
    with op.batch_alter_table("audit") as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_subject"), ["subject"])


def downgrade() -> None:
    with op.batch_alter_table("audit") as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_subject"))
