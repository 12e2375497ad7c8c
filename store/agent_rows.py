"""Writeback agents: the tables of who was asked in, who came and what is asked of them, and what a turn writes there."""

from typing import Any

from sqlalchemy import CursorResult, LargeBinary, Table, Text, bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import Field, SQLModel

from bot.conversation.interfaces import Lost
from bot.model.facts import AgentInvited, AgentRuled
from bot.platform.ids import Action, GrantId
from bot.platform.set_seals import SetKind, SetName
from store.row import Row
from store.tables import GRANT


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
ALL_AGENTS = SetName(SetKind.AGENTS)

given = bindparam
a, g = AGENT.c, GRANT.c
USED = (
    update(GRANT)
    .where(
        g.id == given("grant_"),
        g.subject == given("by_"),
        g.action == Action.AGENTS.value,
        g.void.is_(False),
        g.expires > given("now_"),
    )
    .values(void=True)
)
INVITED = insert(INVITATION)
RULED = (
    update(AGENT)
    .where(a.id == given("id_"), a.stand == given("was_"))
    .values(stand=given("stand_"), approved_by=given("approved_by_"), mac=given("mac_"))
)


async def invited(conn: AsyncConnection, fact: AgentInvited, now: float) -> CursorResult[Any]:
    """Raises Lost without the grant."""
    await _use(conn, fact.grant, fact.invitation.by, now)
    one = fact.invitation
    return await conn.execute(INVITED, {"id": one.id, "directory": one.directory, "by": one.by, "expires": one.expires})


async def ruled(conn: AsyncConnection, fact: AgentRuled, now: float) -> CursorResult[Any]:
    """Raises Lost without the grant."""
    await _use(conn, fact.grant, fact.by, now)
    agent = fact.agent
    new = {"stand_": agent.stand, "approved_by_": agent.approved_by, "mac_": agent.mac}
    return await conn.execute(RULED, {"id_": agent.id, "was_": fact.was, **new})


async def _use(conn: AsyncConnection, grant: GrantId, by: str, now: float) -> None:
    if not (await conn.execute(USED, {"grant_": grant, "by_": by, "now_": now})).rowcount:
        raise Lost
