"""What is written outside of any turn: into the audit, and once."""

from dataclasses import dataclass

from bot.model.facts import Audited
from bot.platform.job_outbox import Sent
from store.attempt_limits import StoredLimits, charged
from store.facts import record


@dataclass(frozen=True)
class StoredLedger(StoredLimits):
    """The ports of bot/messaging/ledger.py."""

    async def once(self, key: str, seconds: float, *facts: Audited | Sent) -> bool:
        now = self.world.now()
        async with self.database.write("once") as conn:
            if first := await charged(conn, key, 1, 1, now, seconds):
                await record(conn, facts, now)
        return first

    async def audited(self, *facts: Audited) -> None:
        async with self.database.write("audited") as conn:
            await record(conn, facts, self.world.now())
