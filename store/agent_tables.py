"""The tables of writeback agents: who was asked in, who came, and what is asked of them through another process."""

from sqlalchemy import LargeBinary, Table, Text
from sqlmodel import Field, SQLModel

from store.row import Row


class WritebackAgentRow(Row, table=True):
    """Kept for good: the audit names it. The MAC covers whose it is and where it stands; the rest is about its connection."""

    id: str = Field(primary_key=True)
    directory: str
    name: str
    key: str
    invited_by: str
    approved_by: str
    stand: str
    ring: str
    mac: str
    at: float
    since: float
    seen: float
    replica: str
    sealing: str = Field(sa_type=Text)
    why: str


class WritebackInvitationRow(Row, table=True):
    """Deleted when it is used. Its code is derived from all of it."""

    id: str = Field(primary_key=True)
    directory: str
    by: str
    expires: float


class WritebackRequestRow(Row, table=True):
    """Waits for the process that holds its agent's connection; deleted when the answer is fetched, or when it is over."""

    id: str = Field(primary_key=True)
    agent: str = Field(index=True)
    text: str = Field(sa_type=Text)  # signed by the bot, sealed to the agent
    expires: float
    taken: bool
    answer: bytes | None = Field(sa_type=LargeBinary)  # sealed with the ring: it may name people


AGENT: Table = SQLModel.metadata.tables["writeback_agent"]
INVITATION: Table = SQLModel.metadata.tables["writeback_invitation"]
REQUEST: Table = SQLModel.metadata.tables["writeback_request"]
