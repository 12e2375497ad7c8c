"""A case in other hands: its agent gives it to a colleague, or a colleague takes it over. Never without the role, and never one's own."""

from dataclasses import dataclass

from bot.directory.interfaces import Person
from bot.helpdesk.cases import Cases
from bot.helpdesk.interfaces import Hands, Progress
from bot.model.asker import Asker
from bot.model.facts import Audited
from bot.platform.ids import CaseId, ConversationId, SubjectId, WordsId
from bot.platform.sentences import Misstep, args
from bot.policy.roles import TAKE_CALLS

NOWHERE = ConversationId("")


@dataclass(frozen=True)
class Handover:
    """What was granted under one agent is worth nothing under another, so a case that was granted something stays where it is."""

    cases: Cases

    async def colleague(self, typed: str) -> Person:
        """Raises Misstep for whoever isn't one."""
        people = self.cases.identity.people
        person = await people.find(typed)
        if person is None or not person.enabled or not people.roles.of(person) & TAKE_CALLS:
            raise Misstep("case.no_colleague")
        return person

    async def give(self, case: CaseId, colleague: Person) -> WordsId | None:
        """To somebody else, who sees it among their cases. Returns why that can't be. Raises Misstep when it can't be now."""
        me, seen = await self.cases.acting(), await self.cases.progress(case)
        if seen.agent == colleague.subject != me.subject:
            return None  # done before, by whoever died then
        return await self._pass(case, seen, me.subject, colleague, NOWHERE, Hands.HANDED_OVER)

    async def take(self, case: CaseId) -> WordsId | None:
        """From somebody else, and watched from here; returns and raises as `give`."""
        me, seen = await self.cases.acting(), await self.cases.progress(case)
        if seen.agent == me.subject:
            return None
        return await self._pass(case, seen, seen.agent, me, self.cases.turn.conversation, Hands.TAKEN_OVER)

    async def _pass(
        self, case: CaseId, seen: Progress, was: SubjectId, to: Person, watcher: ConversationId, how: Hands
    ) -> WordsId | None:
        caller = await self.cases.identity.people.person(seen.subject)
        if why := await self.cases.unfit(to, caller, case):
            detail = args(case=case, agent=to.subject, was=was)
            self.cases.turn.note(Audited(f"helpdesk:case:refused:{why}", caller.subject, detail))
            return WordsId(f"case.not_theirs.{why}")
        if not await self.cases.cases.pass_on(case, was, Asker(case, to.subject, to.name, seen.ticket), watcher, how):
            raise Misstep("case.stays")
        for signal in await self.cases.signals(to, caller, case):
            about = args(case=case, agent=to.subject)
            self.cases.turn.note(Audited(f"helpdesk:case:signal:{signal}", caller.subject, about))
        return None
