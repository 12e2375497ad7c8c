"""What is written outside of any turn: into the audit, and once, so that nobody does it twice."""

from typing import Protocol

from bot.model.facts import Audited
from bot.platform.ids import SubjectId
from bot.platform.job_outbox import Sent

ADMINS = SubjectId("admins")  # whoever they are when the mail leaves
DAY = 86400.0  # seconds


class AuditPort(Protocol):
    """The audit, as whoever has no turn writes to it."""

    async def audited(self, *facts: Audited) -> None:
        """What happened."""


class Ledger(Protocol):
    """What the store remembers to have written."""

    async def once(self, key: str, seconds: float, *facts: Audited | Sent) -> bool:
        """Write these, in one transaction, unless the same was written within `seconds`. False: it was."""
