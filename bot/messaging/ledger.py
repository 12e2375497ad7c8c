"""What is written once: a fact or a job that the store remembers, so that nobody does it twice."""

from typing import Protocol

from bot.model.facts import Audited, Sent
from bot.platform.ids import SubjectId


class Ledger(Protocol):
    """What the store remembers."""

    async def once(self, key: str, seconds: float, *facts: Audited | Sent) -> bool:
        """Write these, in one transaction, unless the same was written within `seconds`. False: it was."""


ADMINS = SubjectId("admins")  # whoever they are when the mail leaves
DAY = 86400.0  # seconds
