"""Is this agent real? Told to whoever is known by a linked chat account, about their own account alone; strangers learn nothing."""

from dataclasses import dataclass

from bot.helpdesk.callers_case import CallersCase, CallersCases
from bot.model.facts import Audited
from bot.model.turn import Turn
from bot.platform.ids import CaseId, Origin, SubjectId
from bot.platform.sentences import args


@dataclass(frozen=True)
class RealAgent:
    """For one turn of whoever may have called."""

    turn: Turn
    cases: CallersCases

    @property
    def me(self) -> SubjectId | None:
        """Whose account it is; None: nobody whom this chat knows."""
        party = self.turn.party
        return party.subject if party.origin is Origin.LINKED else None

    async def case(self) -> CallersCase | None:
        """The case that is open for whoever asks, and whose it is."""
        if self.me is None or (found := await self.cases.of(self.me)) is None:
            return None
        detail = args(case=found.case, agent=found.agent, conversation=self.turn.conversation)
        self.turn.note(Audited("helpdesk:case:asked_after", self.me, detail))
        return found

    async def deny(self, case: CaseId) -> bool:
        """As `CallersCases`; for nobody else's."""
        return self.me is None or await self.cases.deny(self.me, case)
