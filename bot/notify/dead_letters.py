"""What is said when a letter dies: to whoever waits for it, and once a day to the admins."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.messaging.messenger import Undeliverable
from bot.notify.admin_alerts import AdminAlerts
from bot.platform.job_outbox import Job

LastWords = Callable[[Job, Exception], Awaitable[None]]


@dataclass(frozen=True)
class DeadLetterAlert:
    """`last_words`: by kind, what its own part has to say; all of it may be said twice."""

    alerts: AdminAlerts
    last_words: Mapping[str, LastWords]

    async def gave_up(self, job: Job, fault: Exception) -> None:
        """A refused code is told to its person alone, and of an alarm that can't be told there is nobody to tell but the log."""
        if say := self.last_words.get(job.kind):
            await say(job, fault)
        if job.kind != "alarm" and not (job.kind == "code" and isinstance(fault, Undeliverable)):
            await self.alerts.raise_alert("messages:letter:dead", about=job.queue, kind=job.kind, channel=job.queue)
