"""What a turn writes of writeback agents: each needs a grant, and uses it up."""

from typing import Any

from sqlalchemy import CursorResult, bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.interfaces import Lost
from bot.model.facts import AgentInvited, AgentRuled
from bot.platform.ids import Action, GrantId
from store.agent_tables import AGENT, INVITATION
from store.tables import GRANT

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
