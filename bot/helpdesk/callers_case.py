"""The case that is open for somebody, as they may see and end it themselves: from a linked chat, or on their own page."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.conversation.closed import Closed
from bot.directory.asking import asked
from bot.directory.interfaces import Directory
from bot.helpdesk.interfaces import CaseRecords
from bot.identity.sprays import Alarms
from bot.model.asker import number
from bot.platform.ids import Action, CaseId, Line, SubjectId, WordsId, directory_of

DENIED = "case.denied"  # how a case ends whose caller says that they never called


@dataclass(frozen=True, slots=True)
class CallersCase:
    """Name, case and action."""

    case: CaseId
    agent: SubjectId
    name: Line
    action: Action

    @property
    def number(self) -> Line:
        """As the agent may have said it."""
        return number(self.case)


@dataclass(frozen=True)
class CallersCases:
    """Whoever asks has shown by other means whose account it is. Raises Misstep when a directory is silent."""

    cases: CaseRecords
    directories: Mapping[str, Directory]
    alarms: Alarms

    async def of(self, subject: SubjectId) -> CallersCase | None:
        """None: nobody from the helpdesk has one open."""
        if (found := await self.cases.of_caller(subject)) is None:
            return None
        return CallersCase(found.case, found.agent, Line(await self._name(found.agent)), found.action)

    async def deny(self, subject: SubjectId, case: CaseId) -> bool:
        """It ends, and admins are told. False: a turn of it is being run right now, so it is tried again."""
        seen = await self.cases.progress(case)
        if seen is None or seen.subject != subject:
            return True
        if not seen.ended:
            await self.cases.end_for_caller(case, subject, Closed(WordsId(DENIED)))
            seen = await self.cases.progress(case)
        if seen is None or not seen.ended:
            return False
        if seen.ended == DENIED:
            told = {"case": case, "agent": seen.agent, "login": await self._name(subject, login=True)}
            await self.alarms.raise_alert("helpdesk:case:denied", case, **told)
        return True

    async def _name(self, subject: SubjectId, *, login: bool = False) -> str:
        person = await asked(self.directories[directory_of(subject)].person(subject))
        return subject if person is None else person.login if login else person.name
