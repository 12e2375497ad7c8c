"""Small counters of what people did who were sent to register from outside."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.platform.clock import World
from bot.platform.counters import Counters
from bot.platform.ids import SubjectId

KEPT = 62 * 86400.0  # seconds: the figures of a month are there for the whole of the next
MOST = 10**9


class SentFate(StrEnum):
    """What became of somebody who was sent."""

    COMPLETE = "complete"  # nothing was missing, or nothing that registering would mend
    ASKED = "asked"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class SentFigures:
    """People of this month, each counted once: all who were sent, for whom nothing was missing, and who skipped."""

    sent: int = 0
    complete: int = 0
    skipped: int = 0


NOBODY_SENT = SentFigures()


@dataclass(frozen=True)
class SentCounts:
    """Counters that end by themselves; they hold no list of people that could be read."""

    counters: Counters
    world: World

    async def count(self, subject: SubjectId, fate: SentFate) -> None:
        """Once a person and month."""
        month = self._month()
        if (await self.counters.hit(f"sent:{fate}:{month}:{subject}", 1, KEPT)).allowed:
            await self.counters.charge(f"sent:{fate}:{month}", 1, MOST, KEPT)

    async def figures(self) -> SentFigures:
        """Of this month."""
        month = self._month()
        complete, asked_, skipped = [await self.counters.counted(f"sent:{fate}:{month}") for fate in SentFate]
        return SentFigures(complete + asked_, complete, skipped)

    def _month(self) -> str:
        return f"{datetime.fromtimestamp(self.world.now(), UTC):%Y-%m}"
