"""Writeback agents on disk, and requests that one process hands to another."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, literal, select, update

from bot.model.agents import Agent, AgentId, Invitation, InvitationId, KnownAgent, Posted, Presence, Stand
from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.keyring import Keys
from store import audit
from store.agent_rows import AGENT, ALL_AGENTS, INVITATION, REQUEST
from store.database import AnyRow, Database, telling
from store.signed_sets import SignedSets

given = bindparam
a, i, r = AGENT.c, INVITATION.c, REQUEST.c
ASKED_IN = insert(INVITATION)
OPEN = select(INVITATION).where(i.id == given("id_"), i.expires > given("now_"))
USED = delete(INVITATION).where(i.id == given("id_"), i.expires > given("now_"))
CAME = insert(AGENT)
ALL = select(AGENT).order_by(a.at, a.id)
_connection: dict[str, Any] = {name: given(f"{name}_") for name in ("since", "seen", "replica", "sealing", "why")}
PRESENT = update(AGENT).where(a.id == given("id_")).values(_connection)
GONE = update(AGENT).where(a.id == given("id_"), a.replica == given("replica_")).values(replica="", why=given("why_"))
POSTED = insert(REQUEST).returning(telling(literal("agents")))
_waiting = and_(r.agent.in_(given("agents_", expanding=True)), r.taken.is_(False), r.expires > given("now_"))
WAITING = select(r.id).where(_waiting).limit(1)
TAKE = update(REQUEST).where(_waiting).values(taken=True).returning(r.id, r.agent, r.text)
REPLIED = update(REQUEST).where(r.id == given("id_")).values(answer=given("answer_")).returning(telling(r.id))
ANSWER = select(r.answer).where(r.id == given("id_"), r.answer.is_not(None))
FETCHED = delete(REQUEST).where(r.id == given("id_"))
KEPT = 300.0  # seconds after its expiry that a request's row is deleted, had nobody fetched the answer
OVER = delete(REQUEST).where(r.expires < given("before_"))
MISSED = delete(INVITATION).where(i.expires < given("now_"))


@dataclass(frozen=True)
class StoredAgents:
    """The port of bot/writeback/interfaces.py."""

    database: Database
    world: World
    keys: Keys
    sets: SignedSets

    async def invite(self, invitation: Invitation, fact: Audited) -> None:
        async with self.database.write("invite agent") as conn:
            await conn.execute(ASKED_IN, asdict(invitation))
            await audit.append(conn, [fact], self.world.now())

    async def invitation(self, id: InvitationId) -> Invitation | None:
        async with self.database.read() as conn:
            row = (await conn.execute(OPEN, {"id_": id, "now_": self.world.now()})).first()
        return Invitation(InvitationId(row.id), row.directory, row.by, row.expires) if row else None

    async def enrol(self, invitation: InvitationId, agent: Agent, fact: Audited) -> bool:
        async with self.database.write("enrol agent") as conn:
            if not (await conn.execute(USED, {"id_": invitation, "now_": self.world.now()})).rowcount:
                return False
            changing = await self.sets.begin(conn, ALL_AGENTS)
            await conn.execute(CAME, {**asdict(agent), **asdict(Presence())})
            await changing.end(conn, [fact], self.world.now())
            return True

    async def refused(self, *facts: Audited) -> None:
        async with self.database.write("agent refused") as conn:
            await audit.append(conn, facts, self.world.now())

    async def agents(self) -> Sequence[KnownAgent]:
        ours = {(row.name, row.kind) for row in await self.sets.held(ALL_AGENTS) or ()}
        async with self.database.read() as conn:
            return [_known(row) for row in await conn.execute(ALL) if (row.id, row.mac) in ours]

    async def agent(self, id: AgentId) -> KnownAgent | None:
        return next((known for known in await self.agents() if known.agent.id == id), None)

    async def present(self, id: AgentId, presence: Presence) -> None:
        async with self.database.write("agent present") as conn:
            await conn.execute(PRESENT, {"id_": id, **{f"{name}_": value for name, value in asdict(presence).items()}})

    async def gone(self, id: AgentId, replica: str, why: str) -> None:
        async with self.database.write("agent gone") as conn:
            await conn.execute(GONE, {"id_": id, "replica_": replica, "why_": why})

    async def post(self, posted: Posted, expires: float) -> None:
        row = {"id": posted.id, "agent": posted.agent, "text": posted.text, "expires": expires, "taken": False, "answer": None}
        async with self.database.write("agent request") as conn:
            await conn.execute(POSTED, row)

    async def take_posted(self, agents: Sequence[AgentId]) -> Sequence[Posted]:
        which = {"agents_": list(agents), "now_": self.world.now()}
        async with self.database.read() as conn:  # asked often, and mostly there is nothing to be written
            if (await conn.execute(WAITING, which)).first() is None:
                return []
        async with self.database.write("agent take") as conn:
            rows = (await conn.execute(TAKE, which)).all()
        return [Posted(row.id, AgentId(row.agent), row.text) for row in rows]

    async def reply(self, id: str, answer: str) -> None:
        async with self.database.write("agent answer") as conn:
            await conn.execute(REPLIED, {"id_": id, "answer_": self.keys.seal(f"agent-answer:{id}", answer.encode())})

    async def fetch(self, id: str) -> str | None:
        async with self.database.read() as conn:
            sealed = (await conn.execute(ANSWER, {"id_": id})).scalar()
        if sealed is None:
            return None
        async with self.database.write("agent fetched") as conn:
            await conn.execute(FETCHED, {"id_": id})
        return self.keys.open(f"agent-answer:{id}", sealed).decode()

    async def sweep(self) -> None:
        now = self.world.now()
        async with self.database.write("sweep agents") as conn:
            await conn.execute(OVER, {"before_": now - KEPT})
            await conn.execute(MISSED, {"now_": now})


def _known(row: AnyRow) -> KnownAgent:
    agent = Agent(
        AgentId(row.id),
        row.directory,
        row.name,
        row.key,
        row.invited_by,
        row.approved_by,
        Stand(row.stand),
        row.ring,
        row.mac,
        row.at,
    )
    return KnownAgent(agent, Presence(row.since, row.seen, row.replica, row.sealing, row.why))
