"""The tables of the embedded directory: accounts, groups, who is in which, and former passwords."""

from sqlalchemy import Index, Table, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.row import Row


class DirectoryAccountRow(Row, table=True):
    """One account. The `..._key` columns are what it is found by: folded, so that case doesn't matter."""

    __table_args__ = (
        UniqueConstraint("directory", "login_key"),
        UniqueConstraint("directory", "upn_key"),
        Index("ix_directory_account_mail", "directory", "mail_key"),
        Index("ix_directory_account_usn", "directory", "usn"),
    )

    subject: str = Field(primary_key=True)
    directory: str
    login: str
    login_key: str
    upn_key: str
    mail: str | None
    mail_key: str | None
    name: str
    language: str | None
    manager: str | None
    words: str  # names that a password must not be made of, one a line
    department: str | None
    mobile: str | None
    phone: str | None
    mails: str = Field(default="", sa_column_kwargs={"server_default": ""})  # other ones, one a line
    enabled: bool
    admin: bool
    protected: bool
    hash: str | None  # argon2id; None: no password was ever set
    changed_at: float | None
    changes: int  # how often the password was set: the mark of a reset, and its compare-and-swap
    changed_by: str = Field(default="", sa_column_kwargs={"server_default": ""})  # the grant that set it; empty: nobody's
    must_change: bool
    minimum_age: float | None  # seconds; None: as the directory's policy says
    maximum_age: float | None  # likewise
    tries: int  # wrong passwords in a row
    last_try: float
    locked_until: float  # 0: not locked
    locks: int  # how often the lock was put on or taken off: the mark of an unlock
    usn: int  # the directory's change number when this account last changed
    deleted: bool  # a tombstone: `changes` still tells that it is gone


class DirectoryGroupRow(Row, table=True):
    """A group; members are accounts and groups."""

    __table_args__ = (UniqueConstraint("directory", "name_key"),)

    id: str = Field(primary_key=True)
    directory: str
    name: str
    name_key: str


class DirectoryMemberRow(Row, table=True):
    """`member`, the subject of an account or the id of a group, is directly in `grp`."""

    member: str = Field(primary_key=True)
    grp: str = Field(primary_key=True, index=True)


class DirectoryHistoryRow(Row, table=True):
    """A former password: the one that was set by change number `changes`."""

    subject: str = Field(primary_key=True)
    changes: int = Field(primary_key=True)
    hash: str


class DirectoryUsnRow(Row, table=True):
    """The last change number of each directory; its row lock keeps their order and that of the commits the same."""

    directory: str = Field(primary_key=True)
    usn: int


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


ACCOUNT, GROUP, MEMBER = _table("directory_account"), _table("directory_group"), _table("directory_member")
HISTORY, USN = _table("directory_history"), _table("directory_usn")
