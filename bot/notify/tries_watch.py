"""Waits for the end of a day in which strangers were wrong at somebody's account, and then has its owner told, once."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.identity.others_tries import tries_key
from bot.messaging.ledger import DAY
from bot.platform.clock import World
from bot.platform.counters import Counters
from bot.platform.job_outbox import Job, LookAgain, Sent
from bot.platform.sentences import args


@dataclass(frozen=True)
class TriesWatch:
    """The job "tries"."""

    counters: Counters
    world: World

    async def look(self, job: Job) -> Sequence[Sent]:
        """Raises LookAgain until the day is over. Nothing is told where whoever was wrong was let in afterwards."""
        day = int(dict(job.about)["day"])
        over = (day + 1) * DAY
        if (left := over - self.world.now()) > 0:
            raise LookAgain(left)
        if not (wrong := await self.counters.counted(tries_key(job.to, day))):
            return ()
        return [Sent("notice", job.to, args(action="tries", outcome="wrong", at=over, tries=wrong))]
