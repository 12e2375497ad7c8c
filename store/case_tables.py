"""The table of the helpdesk's cases."""

from sqlalchemy import Index, Table, Text, text
from sqlmodel import Field, SQLModel

from store.row import Row

OPEN = text("ended = ''")


class CaseRow(Row, table=True):
    """One case, kept when its conversations are long forgotten. It is open until `ended` says the caller's last sentence."""

    __table_args__ = (Index("ix_case_open", "subject", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),)

    id: str = Field(primary_key=True)
    subject: str = Field(index=True)
    agent: str = Field(index=True)
    watcher: str  # the conversation that it is watched from
    caller: str
    action: str
    reason: str = Field(sa_type=Text)
    ticket: str
    at: float
    ended: str
    ended_at: float


CASE: Table = SQLModel.metadata.tables["case"]
