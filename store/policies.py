"""Versions of the policy document, the newest of which is in force, and changes on their way to become one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Float, Integer, Text, and_, bindparam, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.interfaces import Lost
from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.job_outbox import Sent
from bot.platform.set_seals import SetKind, SetName
from bot.policy.history import PolicyVersion
from bot.policy.policy_change import ChangeId, ChangeStage, PolicyChange
from store import policy_change_rows
from store.database import Database, upsert
from store.facts import record
from store.policy_change_rows import POLICY_CHANGE, change_of
from store.signed_sets import SignedSets
from store.tables import POLICY

THE_POLICY = SetName(SetKind.POLICY)
_applied = and_(POLICY_CHANGE.c.version == POLICY.c.version, POLICY_CHANGE.c.stage == ChangeStage.APPLIED.value)
HISTORY = select(POLICY, POLICY_CHANGE.c.ended_by).outerjoin(POLICY_CHANGE, _applied).order_by(POLICY.c.version)
EXPECTED = bindparam("expected_", type_=Integer)
_next = select(
    EXPECTED + 1, bindparam("at_", type_=Float), bindparam("by_", type_=Text), bindparam("document_", type_=Text)
).where(select(func.coalesce(func.max(POLICY.c.version), literal(0))).scalar_subquery() == EXPECTED)
SAVE = (
    upsert(POLICY)
    .from_select(["version", "at", "by", "document"], _next)
    .on_conflict_do_nothing(index_elements=["version"])
    .returning(POLICY.c.version)
)


@dataclass(frozen=True)
class StoredPolicies:
    """All versions of the rules; the newest is in force. The port of bot/policy/policy_change.py."""

    database: Database
    world: World
    sets: SignedSets

    async def current(self) -> tuple[int, str] | None:
        """The newest version and its JSON. None: there is none yet, or it isn't as we wrote it; no older one takes its place."""
        versions = await self.sets.held(THE_POLICY)
        newest = max(versions, key=lambda row: float(row.x)) if versions else None
        return (int(newest.x), str(newest.name)) if newest else None

    async def history(self) -> Sequence[PolicyVersion]:
        async with self.database.read() as conn:
            rows = (await conn.execute(HISTORY)).all()
        approved = [(row.ended_by or "") if row.ended_by != row.by else "" for row in rows]
        return [PolicyVersion(r.version, r.at, r.by, r.document, who) for r, who in zip(rows, approved, strict=True)]

    async def save(self, document: str, by: str, expected_version: int, *facts: Audited | Sent) -> int:
        """The next version, audited. Raises Lost when `expected_version` (0: none yet) isn't the newest any more, and ForgedSet."""
        async with self.database.write("save policy") as conn:
            return await self._saved(conn, document, by, expected_version, *facts)

    async def add(self, change: PolicyChange, *facts: Audited | Sent) -> None:
        async with self.database.write("policy change") as conn:
            await policy_change_rows.add(conn, change)
            await record(conn, facts, self.world.now())

    async def change(self, id: ChangeId) -> PolicyChange | None:
        async with self.database.read() as conn:
            row = (await conn.execute(policy_change_rows.ONE, {"id_": id})).first()
        return change_of(row) if row else None

    async def proposed(self) -> Sequence[PolicyChange]:
        async with self.database.read() as conn:
            return [change_of(row) for row in await conn.execute(policy_change_rows.PROPOSED)]

    async def move(self, change: PolicyChange, was: ChangeStage, *facts: Audited | Sent) -> None:
        async with self.database.write("policy change") as conn:
            await policy_change_rows.move(conn, change, was)
            await record(conn, facts, self.world.now())

    async def put_in_force(self, change: PolicyChange, was: ChangeStage, *facts: Audited | Sent) -> None:
        async with self.database.write("policy in force") as conn:
            await policy_change_rows.move(conn, change, was)
            await self._saved(conn, change.document, change.by, change.base, *facts)

    async def _saved(self, conn: AsyncConnection, document: str, by: str, expected: int, *facts: Audited | Sent) -> int:
        now, changing = self.world.now(), await self.sets.begin(conn, THE_POLICY)
        wanted = {"expected_": expected, "at_": now, "by_": by, "document_": document}
        version = (await conn.execute(SAVE, wanted)).scalar()
        if version is None:
            raise Lost
        detail = (("old", str(expected)), ("new", str(version)))
        await record(conn, [fact for fact in facts if isinstance(fact, Sent)], now)
        saved = Audited("policy:document:saved", by, detail)
        await changing.end(conn, [saved, *(fact for fact in facts if isinstance(fact, Audited))], now)
        return int(version)
