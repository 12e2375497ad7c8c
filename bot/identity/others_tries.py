"""What strangers got wrong at somebody's account: summed by the day, and told to its owner when that day is over."""

from dataclasses import dataclass

from bot.messaging.ledger import DAY, Ledger
from bot.platform.clock import World
from bot.platform.counters import Counters
from bot.platform.ids import SubjectId
from bot.platform.job_outbox import Queue, Sent
from bot.platform.sentences import args

ENDLESS = 2**31 - 1
KEPT = 2 * DAY  # seconds; the letter reads the sum within the second day


@dataclass(frozen=True, slots=True)
class OthersTries:
    """Whose tries end in being let in was the owner, and nothing is told of them."""

    counters: Counters
    ledger: Ledger
    world: World

    async def missed(self, subject: SubjectId) -> None:
        """One more."""
        await self.counters.hit(self.key(subject), ENDLESS, KEPT)
        job = Sent("tries", subject, args(day=self._today()), Queue.WATCH)
        await self.ledger.once(f"tries:{subject}:{self._today()}", KEPT, job)

    def key(self, subject: SubjectId) -> str:
        """Of the sum."""
        return tries_key(subject, self._today())

    def _today(self) -> int:
        return int(self.world.now() // DAY)


def tries_key(subject: SubjectId, day: int) -> str:
    """Of one day's sum; days are counted from the epoch, in UTC."""
    return f"others:{subject}:{day}"
