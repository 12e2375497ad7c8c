"""The audit, as whoever works outside of any turn writes to it."""

from typing import Protocol

from bot.model.facts import Audited


class AuditPort(Protocol):
    """The audit."""

    async def audited(self, *facts: Audited) -> None:
        """What happened outside of any turn."""
