"""Is this agent real? Told to whoever is known by a linked chat account, about their own account alone; strangers learn nothing."""

from dataclasses import dataclass

from bot.conversation.closed import Closed
from bot.directory.interfaces import Person
from bot.helpdesk.interfaces import CaseRecords, CaseStanding
from bot.identity.people import People
from bot.identity.sprays import Alarms
from bot.model.facts import Audited
from bot.model.turn import Turn
from bot.platform.ids import CaseId, Origin, SubjectId, WordsId
from bot.platform.sentences import args

DENIED = "case.denied"  # how a case ends whose caller says that they never called


@dataclass(frozen=True)
class RealAgent:
    """For one turn of whoever may have called."""

    turn: Turn
    cases: CaseRecords
    people: People
    alarms: Alarms

    @property
    def me(self) -> SubjectId | None:
        """Whose account it is; None: nobody whom this chat knows."""
        party = self.turn.party
        return party.subject if party.origin is Origin.LINKED else None

    async def case(self) -> tuple[CaseStanding, Person] | None:
        """The case that is open for whoever asks, and whose it is."""
        if self.me is None or (found := await self.cases.of_caller(self.me)) is None:
            return None
        detail = args(case=found.case, agent=found.agent, conversation=self.turn.conversation)
        self.turn.note(Audited("helpdesk:case:asked_after", self.me, detail))
        return found, await self.people.person(found.agent)

    async def deny(self, case: CaseId) -> bool:
        """It ends, and admins are told. False: a turn of it is being run right now, so it is tried again."""
        seen = await self.cases.progress(case)
        if self.me is None or seen is None or seen.subject != self.me:
            return True
        if not seen.ended:
            await self.cases.end_for_caller(case, self.me, Closed(WordsId(DENIED)))
            seen = await self.cases.progress(case)
        if seen is None or not seen.ended:
            return False
        login = (await self.people.person(self.me)).login
        await self.alarms.raise_alert("helpdesk:case:denied", case, case=case, agent=seen.agent, login=login)
        return True
