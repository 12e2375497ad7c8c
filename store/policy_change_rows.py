"""Changes of the rules on their way: the table, and what is written of it beside a new version."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Table, Text, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import Field, SQLModel

from bot.conversation.interfaces import Lost
from bot.platform.ids import SubjectId
from bot.policy.policy_change import ChangeId, ChangeStage, PolicyChange
from store.database import AnyRow
from store.row import Row


class PolicyChangeRow(Row, table=True):
    """Kept for good: the audit names it. The MAC covers all of it."""

    id: str = Field(primary_key=True)
    base: int
    document: str = Field(sa_type=Text)
    by: str
    at: float
    stage: str = Field(index=True)
    ended_by: str
    version: int
    mac: str


POLICY_CHANGE: Table = SQLModel.metadata.tables["policy_change"]

given = bindparam
c = POLICY_CHANGE.c
ADD = insert(POLICY_CHANGE)
ONE = select(POLICY_CHANGE).where(c.id == given("id_"))
PROPOSED = select(POLICY_CHANGE).where(c.stage == ChangeStage.PROPOSED.value).order_by(c.at, c.id)
_moves: dict[str, Any] = {name: given(f"{name}_") for name in ("stage", "ended_by", "version", "mac")}
MOVE = update(POLICY_CHANGE).where(c.id == given("id_"), c.stage == given("was_")).values(_moves)


async def add(conn: AsyncConnection, change: PolicyChange) -> None:
    """A row of its own."""
    await conn.execute(ADD, asdict(change))


async def move(conn: AsyncConnection, change: PolicyChange, was: ChangeStage) -> None:
    """Compare-and-swap on the stage. Raises Lost."""
    new = {"stage_": change.stage.value, "ended_by_": change.ended_by, "version_": change.version, "mac_": change.mac}
    if not (await conn.execute(MOVE, {"id_": change.id, "was_": was.value, **new})).rowcount:
        raise Lost


def change_of(row: AnyRow) -> PolicyChange:
    """Converted where it is read; whether it is ours is decided by whoever has the keys."""
    return PolicyChange(
        ChangeId(row.id),
        row.base,
        row.document,
        SubjectId(row.by),
        row.at,
        ChangeStage(row.stage),
        row.ended_by,
        row.version,
        row.mac,
    )
