"""Open questions are found by their kind and by whose they are, for a phone that asks what waits for it."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
usable_from = "0013"  # an index is nobody's need


def upgrade() -> None:
    with op.batch_alter_table("challenge") as batch_op:
        batch_op.create_index(batch_op.f("ix_challenge_kind_subject"), ["kind", "subject"])


def downgrade() -> None:
    with op.batch_alter_table("challenge") as batch_op:
        batch_op.drop_index(batch_op.f("ix_challenge_kind_subject"))
