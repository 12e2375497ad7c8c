"""The least that a dialog turn can cost: its two durable commits, and nothing else."""

from dataclasses import dataclass

from sqlalchemy import bindparam, update

from store.database import Database
from store.tables import CONVERSATION

c = CONVERSATION.c
CLAIM = update(CONVERSATION).where(c.id == bindparam("id_")).values(claim=c.claim + 1, held=1)
SETTLE = update(CONVERSATION).where(c.id == bindparam("id_")).values(turn=c.turn + 1, held=0, step=bindparam("step_"))
NOBODY = {"id_": "convo-nobody"}


@dataclass(frozen=True)
class Floor:
    """On the same database and through the same driver."""

    database: Database

    async def two_commits(self, _number: int) -> None:
        """Claim and settle as bare statements."""
        async with self.database.write("claim") as conn:
            await conn.execute(CLAIM, NOBODY)
        async with self.database.write("settle") as conn:
            await conn.execute(SETTLE, {**NOBODY, "step_": "{}"})
