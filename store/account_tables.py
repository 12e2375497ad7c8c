"""The tables of accounts as their directories last told them: what coverage is counted from. No directory is changed by them."""

from sqlalchemy import Index, Table
from sqlmodel import Field, SQLModel

from store.row import Row


class AccountRow(Row, table=True):
    """One account of any directory."""

    __table_args__ = (
        Index("ix_account_login_subject", "login", "subject"),
    )  # the order in which people are listed, page by page

    subject: str = Field(primary_key=True)
    directory: str
    login: str
    name: str
    enabled: bool
    admin: bool  # in its own directory; roles here come from groups
    protected: bool
    smart_card: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    language: str | None
    manager: str | None
    department: str | None


class AccountGroupRow(Row, table=True):
    """A group that an account is in, through other groups too. `folded` is what the rules compare."""

    subject: str = Field(primary_key=True, foreign_key="account.subject", ondelete="CASCADE")
    folded: str = Field(primary_key=True, index=True)
    name: str


class AccountSourceRow(Row, table=True):
    """How far each directory's changes have been taken over: the mark to ask from next time."""

    directory: str = Field(primary_key=True)
    mark: str
    contacts: str = Field(default="", sa_column_kwargs={"server_default": ""})  # by which rule their contact data counted then


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


ACCOUNT, ACCOUNT_GROUP, ACCOUNT_SOURCE = _table("account"), _table("account_group"), _table("account_source")
