"""Versions of the policy document; the newest is in force."""

from dataclasses import dataclass

from sqlalchemy import Float, Integer, Text, bindparam, func, literal, select

from bot.conversation.interfaces import Lost
from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.set_seals import SetKind, SetName
from store.database import Database, upsert
from store.signed_sets import SignedSets
from store.tables import POLICY

THE_POLICY = SetName(SetKind.POLICY)
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
    """All versions of the rules; the newest is in force."""

    database: Database
    world: World
    sets: SignedSets

    async def current(self) -> tuple[int, str] | None:
        """The newest version and its JSON. None: there is none yet, or it isn't as we wrote it; no older one takes its place."""
        for row in await self.sets.held(THE_POLICY) or ():
            return int(row.x), str(row.name)
        return None

    async def save(self, document: str, by: str, expected_version: int) -> int:
        """The next version, audited. Raises Lost when `expected_version` (0: none yet) isn't the newest any more, and ForgedSet."""
        now = self.world.now()
        async with self.database.write("save policy") as conn:
            changing = await self.sets.begin(conn, THE_POLICY)
            wanted = {"expected_": expected_version, "at_": now, "by_": by, "document_": document}
            version = (await conn.execute(SAVE, wanted)).scalar()
            if version is None:
                raise Lost
            detail = (("old", str(expected_version)), ("new", str(version)))
            await changing.end(conn, [Audited("policy:document:saved", by, detail)], now)
        return int(version)
