"""Watches a write that nobody heard the end of, on the very server that it went to, and tells what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.accounts.interfaces import LATE, Operation, Operations, Outcome
from bot.accounts.ownership import became_of
from bot.directory.asking import asked
from bot.directory.interfaces import Directory
from bot.model.facts import Audited, Fact
from bot.platform.clock import World
from bot.platform.ids import Action, GrantId, directory_of
from bot.platform.job_outbox import Job, LookAgain, Queue, Sent
from bot.platform.sentences import Misstep, args

PAUSE = 5.0  # seconds between two looks


def watched(made: Operation, at: str) -> Sent:
    """The job, written with the outcome that nobody knows. `at`: the server that it went to; empty: any."""
    return Sent("late_write", made.subject, args(grant=made.grant, intended=made.at, at=at), Queue.WATCH)


@dataclass(frozen=True)
class LateWrites:
    """One kind of job."""

    operations: Operations
    directories: Mapping[str, Directory]
    world: World

    async def look(self, job: Job) -> None:
        """Raises LookAgain while there is time left and nothing has been seen."""
        about = dict(job.about)
        made = await self.operations.operation(GrantId(about["grant"]))
        if made is None or made.outcome is not Outcome.UNCONFIRMED or made.at != float(about["intended"]):
            return  # known by now, or tried again
        seen = await self._seen(made, about["at"])
        if seen in (None, Outcome.UNCONFIRMED):
            if self.world.now() < made.at + LATE:
                raise LookAgain(PAUSE)
            if seen is None:
                return  # nobody could look: it stays unknown, as its person was told
            seen = Outcome.REJECTED
        await self.operations.conclude(made, seen, self._told(made, seen), wakes=True)

    async def _seen(self, made: Operation, at: str) -> Outcome | None:
        """A password that another operation of ours left is no sign of this one. None: the directory is silent."""
        directory = self.directories[directory_of(made.subject)]
        try:
            mark = await asked(directory.mark(made.subject, made.action, at))
            if made.action is not Action.UNLOCK and await self.operations.owns(made.subject, mark, made.grant):
                return Outcome.UNCONFIRMED
            return await became_of(made, mark, directory)
        except Misstep:
            return None

    def _told(self, made: Operation, seen: Outcome) -> list[Fact]:
        """Never "nothing was changed" of what was sent: only that it was seen nowhere for so long."""
        outcome = "never_seen" if seen is Outcome.REJECTED else str(seen)
        facts: list[Fact] = [Audited(f"account:{made.action}:{outcome}", made.subject, args(grant=made.grant, by="watch"))]
        if made.action is not Action.DISOWN:
            facts.append(Sent("notice", made.subject, args(action=made.action, outcome=outcome, grant=made.grant)))
        return facts
