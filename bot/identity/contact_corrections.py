"""What somebody registered and proved is written into the directory that owns their account, once it counts, where the settings say so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.directory.interfaces import Corrects, Directory, Rejected
from bot.identity.interfaces import Records
from bot.identity.methods.registry import METHODS
from bot.identity.registered import Registered
from bot.messaging.ledger import Ledger
from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.ids import directory_of
from bot.platform.job_outbox import WEEK, Job, LookAgain, Sent
from bot.platform.sentences import args

JOB = "contact"


def correction(directories: Mapping[str, Directory], method: Registered, now: float) -> tuple[Sent, ...]:
    """The job that does it. Nothing where the directory takes none, or has told it itself."""
    directory, field = directories[directory_of(method.subject)], METHODS[method.kind].corrects
    if field is None or method.from_directory or not isinstance(directory, Corrects) or not directory.corrects(field):
        return ()
    waits = max(0.0, method.usable_from - now)  # whoever registered it with a stolen proof gets no further than that
    return (Sent(JOB, method.subject, args(method=method.id), good_for=waits + WEEK),)


@dataclass(frozen=True)
class ContactCorrections:
    """The job. The method counts here whatever the directory says."""

    records: Records
    ledger: Ledger
    directories: Mapping[str, Directory]
    world: World

    async def correct(self, job: Job) -> Sequence[Sent]:
        """Not while it is in quarantine, and never once it was taken off, suspended, or its account frozen. Raises Unreachable."""
        method, directory = await self._method(job), self.directories[directory_of(job.to)]
        if method is None or (field := METHODS[method.kind].corrects) is None or not isinstance(directory, Corrects):
            return ()
        if method.usable_from > self.world.now():
            raise LookAgain(method.usable_from - self.world.now())
        if method.suspended or await self.records.frozen(job.to) > self.world.now():
            return ()
        about, outcome = args(method=method.id, kind=method.kind), "corrected"
        try:
            await directory.correct(job.to, field, method.secret)
        except Rejected as no:
            about, outcome = (*about, *args(why=no.words)), "uncorrected"
        await self.ledger.once(f"contact:{method.id}", WEEK, Audited(f"identity:contact_data:{outcome}", job.to, about))
        told = args(action="contact", outcome=outcome, method=method.id, kind=method.kind, at=self.world.now())
        return (Sent("notice", job.to, told),)

    async def _method(self, job: Job) -> Registered | None:
        name = dict(job.about)["method"]
        return next((m for m in await self.records.methods(job.to) if m.id == name and m.confirmed), None)
