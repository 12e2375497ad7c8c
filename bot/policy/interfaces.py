"""What the rules ask of the store, and how a document may be wrong."""

from typing import Protocol

from bot.model.facts import Audited
from bot.platform.job_outbox import Sent


class PolicyError(ValueError):
    """The document says something that can't be; the text names the place and the mend."""


class PolicyStore(Protocol):
    """Versions of the document."""

    async def current(self) -> tuple[int, str] | None:
        """The newest version and its JSON. None: there is none yet."""

    async def save(self, document: str, by: str, expected_version: int, *facts: Audited | Sent) -> int:
        """A new version, audited, and what else is true or told once it is one. Raises when somebody else was faster."""
