"""All tables but the embedded directory's, declared only: statements stand beside what uses them. Times are seconds."""

from sqlalchemy import BigInteger, Integer, LargeBinary, Text, false
from sqlmodel import Field, Index, SQLModel

from store.row import Row

BIG = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER counts by itself there
NEVER = 4_102_444_800.0  # the year 2100


class ConversationRow(Row, table=True):
    """One row holds where a conversation stands, and is its own job."""

    id: str = Field(primary_key=True)
    event: str = Field(index=True, unique=True)  # the vendor's event that opened it opens none again
    turn: int  # stands in every button; moves when a turn settles
    claim: int  # the fence: whoever holds the newest one may settle
    held: int  # 0: nobody runs a turn; 1: somebody does; more: whoever held it before never settled
    due_at: float | None = Field(index=True)  # while held the end of the lease. None: closed
    opened_at: float
    opened_in: str  # the kind of that window
    expires_at: float
    nudges: int  # so often something happened
    seen: int  # so many nudges an engine has looked at
    moves: int  # so often it went on to another device
    step: str = Field(sa_type=Text)
    first: str = Field(sa_type=Text)
    notice: str | None = Field(sa_type=Text)
    origin: str
    subject: str | None
    language: str
    asker: str | None = Field(default=None, sa_type=Text)  # the helpdesk's case that it belongs to, and whose case it is
    account: str | None = Field(default=None, sa_type=Text)  # the chat account that it began with
    pressed: str | None = None  # the option that whoever holds it was given: another one carries on with it
    pressed_in: str | None = None  # in this window


class WindowRow(Row, table=True):
    """A chat's place and person, or a page; an unopened page is a link that waits, and is deleted when it dies."""

    __table_args__ = (Index(None, "kind", "address"),)
    id: str = Field(primary_key=True)
    conversation: str = Field(foreign_key="conversation.id", ondelete="CASCADE", index=True)
    kind: str
    address: str
    browser: str | None
    label: str
    bound_at: float
    link_expires: float  # of an unopened page
    show_at: float | None = Field(default=None, index=True)  # a vendor's chat is told then; while taken the end of the lease
    moved: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # so often it had
    tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # to show it, in a row that came to nothing
    message: str | None = Field(default=None, sa_type=Text)  # what the vendor calls the message that stands there
    below: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # something was said below that message


class HeardRow(Row, table=True):
    """Vendors' events that have been taken: the same one, sent again, is taken no second time."""

    event: str = Field(primary_key=True)
    at: float = Field(index=True)


class ChatLinkRow(Row, table=True):
    """Chat accounts that are linked to an account."""

    kind: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    subject: str = Field(index=True)
    at: float


class ChallengeRow(Row, table=True):
    """The open challenge of a conversation: there is one at most, and it is deleted when it is used or void."""

    __table_args__ = (Index(None, "kind", "subject"),)
    conversation: str = Field(primary_key=True, foreign_key="conversation.id", ondelete="CASCADE")
    id: str = Field(index=True, unique=True)
    subject: str
    action: str
    kind: str
    method: str | None
    hint: str
    expires: float
    undelivered: str = Field(default="", sa_column_kwargs={"server_default": ""})  # why its message doesn't arrive
    signed_in: str = Field(default="", sa_column_kwargs={"server_default": ""})  # what came of a company sign-in, signed by us


class ProofRow(Row, table=True):
    """Deleted when it becomes void before a grant has tied it up."""

    id: str = Field(primary_key=True)
    conversation: str = Field(foreign_key="conversation.id", ondelete="CASCADE", index=True)
    subject: str
    action: str
    kind: str
    method: str | None
    window: str
    at: float
    challenge: str
    step: int
    mac: str
    grant: str | None = Field(index=True)  # that ties it up


class GrantRow(Row, table=True):
    """The right to one effect: made of proofs, spent once, and kept until its conversation is swept."""

    id: str = Field(primary_key=True)
    conversation: str = Field(foreign_key="conversation.id", index=True)
    subject: str
    action: str
    case: str | None
    proofs: str = Field(sa_type=Text)  # in the order that the MAC covers
    expires: float
    mac: str
    void: bool
    agent: str | None = None


class OperationRow(Row, table=True):
    """What was done with a grant: its key, so that nothing happens twice."""

    __table_args__ = (Index(None, "subject", "at"),)
    grant: str = Field(primary_key=True, foreign_key="grant.id")
    action: str
    subject: str
    outcome: str
    mark: str
    after: str  # the directory's mark when it was done; empty: not known
    at: float


class MethodRow(Row, table=True):
    """What somebody registered. The seal covers all that decides whose it is and from when it counts."""

    id: str = Field(primary_key=True)
    subject: str = Field(index=True)
    kind: str
    secret: bytes = Field(sa_type=LargeBinary)
    registered_at: float
    usable_from: float  # infinite: not tried yet
    last_step: int
    proved_at: float
    drift: int = Field(sa_column_kwargs={"server_default": "0"})


class KnownBrowserRow(Row, table=True):
    """Browsers that this account's person ticked as their own."""

    subject: str = Field(primary_key=True)
    browser: str = Field(primary_key=True, index=True)
    label: str
    at: float


class FreezeRow(Row, table=True):
    """Accounts for which nothing is recovered or registered until then."""

    subject: str = Field(primary_key=True)
    until: float


class SuspensionRow(Row, table=True):
    """Methods that somebody else used or has: until then, or where that is 0 until their owner confirms them anew."""

    subject: str = Field(primary_key=True)
    method: str = Field(primary_key=True)
    at: float
    until: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})


class SetSealRow(Row, table=True):
    """The signature of a whole set of rows that decide something (bot/platform/set_seals.py)."""

    kind: str = Field(primary_key=True)
    owner: str = Field(primary_key=True)
    version: int
    audit: int = Field(sa_type=BIG)
    key: str
    mac: str


class CounterRow(Row, table=True):
    """Attempts in a window of time; none is as good as one whose time is over."""

    key: str = Field(primary_key=True)
    n: int
    until: float = Field(index=True)


class JobRow(Row, table=True):
    """Work that follows a settled turn."""

    # A number is never given twice: whoever comes late with one must not mean another job.
    __table_args__ = (Index(None, "queue", "due_at", "id"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    kind: str
    subject: str
    about: str = Field(sa_type=Text)
    tries: int
    due_at: float  # while taken the end of the lease
    queue: str = Field(default="work", sa_column_kwargs={"server_default": "work"})
    at: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})  # written
    until: float = Field(default=NEVER, sa_column_kwargs={"server_default": "4102444800"})  # then it is tried no more


class DeadLetterRow(Row, table=True):
    """A job that came to nothing."""

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - as SQLModel wants it
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    kind: str
    subject: str
    about: str = Field(sa_type=Text)
    queue: str
    why: str
    tries: int
    at: float
    died_at: float = Field(index=True)


class AuditRow(Row, table=True):
    """The chain (bot/audit/chain.py)."""

    seq: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    at: float
    tag: str
    subject: str = Field(index=True)
    detail: str = Field(sa_type=Text)
    previous: str
    hash: str


class AuditHeadRow(Row, table=True):
    """One row, locked by whoever appends: the number and hash of the last row."""

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(sa_type=BIG)
    hash: str


class AuditArchivedRow(Row, table=True):
    """One row at most: the rows of the audit up to `count` are in files outside, as `mac` says (bot/audit/archive.py)."""

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: float
    count: int = Field(sa_type=BIG)
    head: str
    mac: str


class RefusalRow(Row, table=True):
    """Refusals of strangers, summed until their minute is over."""

    minute: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    tag: str = Field(primary_key=True)
    n: int


class PolicyRow(Row, table=True):
    """Each version that ever was in force; the newest one is."""

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: float
    by: str
    document: str = Field(sa_type=Text)


class SealedRow(Row, table=True):
    """A document that an adapter has to remember, sealed."""

    folder: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    at: float  # first written
    document: bytes = Field(sa_type=LargeBinary)


class MarkRow(Row, table=True):
    """What is true of this store itself."""

    name: str = Field(primary_key=True)
    at: float


class MigrationRow(Row, table=True):
    """What a migration lets older code do: `usable_from` is the oldest revision whose code works beside it."""

    revision: str = Field(primary_key=True)
    usable_from: str


_table = SQLModel.metadata.tables.__getitem__
CONVERSATION, WINDOW, CHALLENGE, PROOF = _table("conversation"), _table("window"), _table("challenge"), _table("proof")
FREEZE, SUSPENSION, KNOWN_BROWSER, AUDIT_ARCHIVED = map(_table, ("freeze", "suspension", "known_browser", "audit_archived"))
GRANT, OPERATION, METHOD, COUNTER = _table("grant"), _table("operation"), _table("method"), _table("counter")
JOB, AUDIT, AUDIT_HEAD, REFUSAL = _table("job"), _table("audit"), _table("audit_head"), _table("refusal")
POLICY, SEALED, MARK, HEARD = _table("policy"), _table("sealed"), _table("mark"), _table("heard")
CHAT_LINK, SET_SEAL, DEAD_LETTER, MIGRATION = _table("chat_link"), _table("set_seal"), _table("dead_letter"), _table("migration")
