"""Who was sent to register from outside, by a sign-in page or an intranet: whether anything is missing."""

from dataclasses import dataclass

from bot.coverage.explanation import Explanations
from bot.coverage.lacks import Lack
from bot.coverage.sent_figures import SentCounts, SentFate
from bot.directory.asking import asked
from bot.platform.ids import SubjectId, directory_of


@dataclass(frozen=True)
class SentToRegister:
    """Of whoever has signed in with the company a moment ago."""

    explanations: Explanations
    counts: SentCounts
    return_to: str  # the one address that they go on to; empty: there is none, and nobody is sent

    async def arrived(self, subject: SubjectId) -> Lack | None:
        """What registering would mend. None: they go on at once. Raises Misstep when the directory is silent."""
        directory = self.explanations.directories.get(directory_of(subject))
        person = await asked(directory.person(subject)) if directory else None
        why = (await self.explanations.of(person)).why_not if person else None
        missing = why if isinstance(why, Lack) and why is not Lack.QUARANTINE else None
        await self.counts.count(subject, SentFate.ASKED if missing else SentFate.COMPLETE)
        return missing

    async def skipped(self, subject: SubjectId) -> None:
        """Another time."""
        await self.counts.count(subject, SentFate.SKIPPED)
