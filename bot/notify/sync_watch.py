"""Watches whether a second directory takes a new password over, long after its conversation, and tells the person either way."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.accounts.interfaces import Operation, Operations, Outcome
from bot.directory.asking import asked
from bot.directory.interfaces import Directory, Follows, Rejected
from bot.messaging.ledger import Ledger
from bot.model.facts import Audited, Once
from bot.notify.admin_alerts import AdminAlerts
from bot.platform.ids import Action, GrantId, SubjectId, directory_of
from bot.platform.job_outbox import Job, LookAgain, Sent
from bot.platform.sentences import Misstep, args

FIRST = 90.0  # seconds in which the conversation itself looks (flows/follow.py)
PAUSE, LOOKS = 205.0, 6  # seconds between two looks, and how many with the first that only waits: about a quarter of an hour
DAY = 86400.0  # seconds


def already_told(subject: SubjectId, grant: GrantId) -> tuple[Audited, Once]:
    """For a conversation that has told its person that both have it: the job is silent then."""
    return Audited("account:copy:followed", subject, args(grant=grant)), Once(_key(grant), DAY, alone=False)


@dataclass(frozen=True)
class SyncWatch:
    """The job "follow": looks until the second directory has the password, or time is over."""

    ledger: Ledger
    operations: Operations
    directories: Mapping[str, Directory]

    async def follow(self, job: Job) -> None:
        """Raises LookAgain while there is time left. Of a change that wasn't made, or may not have been, nothing is told."""
        about = dict(job.about)
        made = await self.operations.operation(GrantId(about["grant"]))
        if made is None or made.outcome is Outcome.REJECTED:
            return  # the next try has a job of its own
        if job.tries == 1:
            raise LookAgain(FIRST)
        seen = made.outcome is Outcome.CHANGED and await self._has_followed(job.to, about["before"])
        if not seen and job.tries < LOOKS:
            raise LookAgain(PAUSE)
        if made.outcome is Outcome.CHANGED:
            await self._tell(made, "followed" if seen else "behind")

    async def _tell(self, made: Operation, outcome: str) -> None:
        if outcome == "behind":
            await AdminAlerts(self.ledger).raise_alert("directory:copy:behind", directory=directory_of(made.subject))
        about = args(grant=made.grant)
        facts: list[Audited | Sent] = [Audited(f"account:copy:{outcome}", made.subject, about)]
        if made.action is not Action.DISOWN:  # nobody knows that password, so nobody waits for it
            facts.append(Sent("notice", made.subject, args(action="copy", outcome=outcome, grant=made.grant)))
        await self.ledger.once(_key(made.grant), DAY, *facts)

    async def _has_followed(self, subject: SubjectId, before: str) -> bool:
        """One that can't be asked hasn't, as far as anybody knows."""
        directory = self.directories[directory_of(subject)]
        try:
            there = await asked(directory.following(subject)) if isinstance(directory, Follows) else None
        except (Misstep, Rejected):
            return False
        return there not in (None, before)


def _key(grant: GrantId) -> str:
    return f"follow:{grant}"
