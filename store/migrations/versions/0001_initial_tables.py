"""Initial tables."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("directory", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("login", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("admin", sa.Boolean(), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("manager", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_account")),
    )
    op.create_table(
        "account_source",
        sa.Column("directory", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("mark", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("directory", name=op.f("pk_account_source")),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("tag", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "case",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("agent", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("watcher", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("caller", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ticket", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("ended", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ended_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_agent"), ["agent"], unique=False)
        batch_op.create_index(
            "ix_case_open", ["subject"], unique=True, sqlite_where=sa.text("ended = ''"), postgresql_where=sa.text("ended = ''")
        )
        batch_op.create_index(batch_op.f("ix_case_subject"), ["subject"], unique=False)

    op.create_table(
        "conversation",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("event", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Float(), nullable=True),
        sa.Column("opened_at", sa.Float(), nullable=False),
        sa.Column("opened_in", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.Column("nudges", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.Column("origin", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversation_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_conversation_event"), ["event"], unique=True)

    op.create_table(
        "counter",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_counter")),
    )
    with op.batch_alter_table("counter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_counter_until"), ["until"], unique=False)

    op.create_table(
        "directory_account",
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("directory", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("login", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("login_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("upn_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("mail", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("mail_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("manager", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("admin", sa.Boolean(), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("changed_at", sa.Float(), nullable=True),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("minimum_age", sa.Float(), nullable=True),
        sa.Column("maximum_age", sa.Float(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_try", sa.Float(), nullable=False),
        sa.Column("locked_until", sa.Float(), nullable=False),
        sa.Column("locks", sa.Integer(), nullable=False),
        sa.Column("usn", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_directory_account")),
        sa.UniqueConstraint("directory", "login_key", name=op.f("uq_directory_account_directory_login_key")),
        sa.UniqueConstraint("directory", "upn_key", name=op.f("uq_directory_account_directory_upn_key")),
    )
    with op.batch_alter_table("directory_account", schema=None) as batch_op:
        batch_op.create_index("ix_directory_account_mail", ["directory", "mail_key"], unique=False)
        batch_op.create_index("ix_directory_account_usn", ["directory", "usn"], unique=False)

    op.create_table(
        "directory_group",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("directory", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_group")),
        sa.UniqueConstraint("directory", "name_key", name=op.f("uq_directory_group_directory_name_key")),
    )
    op.create_table(
        "directory_history",
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "changes", name=op.f("pk_directory_history")),
    )
    op.create_table(
        "directory_member",
        sa.Column("member", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("grp", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("member", "grp", name=op.f("pk_directory_member")),
    )
    with op.batch_alter_table("directory_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_directory_member_grp"), ["grp"], unique=False)

    op.create_table(
        "directory_usn",
        sa.Column("directory", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("usn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("directory", name=op.f("pk_directory_usn")),
    )
    op.create_table(
        "freeze",
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_freeze")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_due_at"), ["due_at"], unique=False)

    op.create_table(
        "known_browser",
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("browser", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "browser", name=op.f("pk_known_browser")),
    )
    with op.batch_alter_table("known_browser", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_known_browser_at"), ["at"], unique=False)

    op.create_table(
        "mark",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mark")),
    )
    op.create_table(
        "method",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("registered_at", sa.Float(), nullable=False),
        sa.Column("usable_from", sa.Float(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("proved_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_method")),
    )
    with op.batch_alter_table("method", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_method_subject"), ["subject"], unique=False)

    op.create_table(
        "policy",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policy")),
    )
    op.create_table(
        "refusal",
        sa.Column("minute", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("tag", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute", "tag", name=op.f("pk_refusal")),
    )
    op.create_table(
        "sealed",
        sa.Column("folder", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("folder", "name", name=op.f("pk_sealed")),
    )
    op.create_table(
        "account_group",
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("folded", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["account.subject"], name=op.f("fk_account_group_subject"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("subject", "folded", name=op.f("pk_account_group")),
    )
    with op.batch_alter_table("account_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_group_folded"), ["folded"], unique=False)

    op.create_table(
        "challenge",
        sa.Column("conversation", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("method", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("hint", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("expires", sa.Float(), nullable=False),
        sa.Column("undelivered", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False),
        sa.Column("signed_in", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_challenge_conversation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_challenge")),
    )
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_challenge_id"), ["id"], unique=True)

    op.create_table(
        "grant",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("conversation", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("case", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("proofs", sa.Text(), nullable=False),
        sa.Column("expires", sa.Float(), nullable=False),
        sa.Column("mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"], name=op.f("fk_grant_conversation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant")),
    )
    with op.batch_alter_table("grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grant_conversation"), ["conversation"], unique=False)

    op.create_table(
        "proof",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("conversation", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("method", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("window", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("challenge", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("grant", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"], name=op.f("fk_proof_conversation"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
    )
    with op.batch_alter_table("proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proof_conversation"), ["conversation"], unique=False)
        batch_op.create_index(batch_op.f("ix_proof_grant"), ["grant"], unique=False)

    op.create_table(
        "window",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("conversation", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("browser", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("bound_at", sa.Float(), nullable=False),
        sa.Column("link_expires", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"], name=op.f("fk_window_conversation"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window")),
    )
    with op.batch_alter_table("window", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_window_conversation"), ["conversation"], unique=False)
        batch_op.create_index(batch_op.f("ix_window_kind_address"), ["kind", "address"], unique=False)

    op.create_table(
        "operation",
        sa.Column("grant", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("mark", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("after", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["grant"], ["grant.id"], name=op.f("fk_operation_grant")),
        sa.PrimaryKeyConstraint("grant", name=op.f("pk_operation")),
    )
    with op.batch_alter_table("operation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operation_at"), ["at"], unique=False)

    head = sa.table("audit_head", sa.column("id", sa.Integer), sa.column("seq", sa.Integer), sa.column("hash", sa.String))
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])  # what the first row of the audit follows

    op.create_table(
        "writeback_agent",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("directory", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("invited_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("approved_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stand", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ring", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("seen", sa.Float(), nullable=False),
        sa.Column("replica", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sealing", sa.Text(), nullable=False),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writeback_agent")),
    )
    op.create_table(
        "writeback_invitation",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("directory", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("expires", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writeback_invitation")),
    )
    op.create_table(
        "writeback_request",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("agent", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("expires", sa.Float(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writeback_request")),
    )
    with op.batch_alter_table("writeback_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_writeback_request_agent"), ["agent"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("writeback_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_writeback_request_agent"))

    op.drop_table("writeback_request")
    op.drop_table("writeback_invitation")
    op.drop_table("writeback_agent")
    with op.batch_alter_table("operation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_operation_at"))

    op.drop_table("operation")
    with op.batch_alter_table("window", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_window_kind_address"))
        batch_op.drop_index(batch_op.f("ix_window_conversation"))

    op.drop_table("window")
    with op.batch_alter_table("proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proof_grant"))
        batch_op.drop_index(batch_op.f("ix_proof_conversation"))

    op.drop_table("proof")
    with op.batch_alter_table("grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grant_conversation"))

    op.drop_table("grant")
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_challenge_id"))

    op.drop_table("challenge")
    with op.batch_alter_table("account_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_group_folded"))

    op.drop_table("account_group")
    op.drop_table("sealed")
    op.drop_table("refusal")
    op.drop_table("policy")
    with op.batch_alter_table("method", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_method_subject"))

    op.drop_table("method")
    op.drop_table("mark")
    with op.batch_alter_table("known_browser", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_known_browser_at"))

    op.drop_table("known_browser")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_due_at"))

    op.drop_table("job")
    op.drop_table("freeze")
    op.drop_table("directory_usn")
    with op.batch_alter_table("directory_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_directory_member_grp"))

    op.drop_table("directory_member")
    op.drop_table("directory_history")
    op.drop_table("directory_group")
    with op.batch_alter_table("directory_account", schema=None) as batch_op:
        batch_op.drop_index("ix_directory_account_usn")
        batch_op.drop_index("ix_directory_account_mail")

    op.drop_table("directory_account")
    with op.batch_alter_table("counter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_counter_until"))

    op.drop_table("counter")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversation_event"))
        batch_op.drop_index(batch_op.f("ix_conversation_due_at"))

    op.drop_table("conversation")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_subject"))
        batch_op.drop_index("ix_case_open")
        batch_op.drop_index(batch_op.f("ix_case_agent"))

    op.drop_table("case")
    op.drop_table("audit_head")
    op.drop_table("audit")
    op.drop_table("account_source")
    op.drop_table("account")
