"""A case: the helpdesk asks an account to help itself. Who may ask, for whom and how often, and what the agent sees of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.closed import Closed
from bot.directory.interfaces import Person
from bot.helpdesk.callers_case import DENIED
from bot.helpdesk.interfaces import CaseHistory, CaseRecords, CaseStanding, Progress
from bot.helpdesk.invitations import AddressKind, addresses
from bot.helpdesk.signals import signals, stopped
from bot.identity.identity import Identity
from bot.identity.interfaces import Records
from bot.messaging.messenger import Channel
from bot.model.asker import Asker
from bot.model.facts import Audited, Began, CaseOpened, CaseWatched
from bot.model.step import Step
from bot.model.turn import Turn
from bot.platform.clock import World
from bot.platform.ids import Action, CaseId, ConversationId, Line, Origin, SubjectId, WordsId
from bot.platform.sentences import Refuse, args
from bot.policy.helpdesk_rules import CaseSignal, HelpdeskRules
from bot.policy.roles import TAKE_CALLS

HOUR = 3600.0  # seconds
MOST_OPEN = 5  # cases that one agent has open at a time
LISTED = 10  # cases in one list
AN_HOUR = 20  # cases that one agent opens in an hour
FOR_ONE = 5  # cases that are opened for one account in an hour, whoever opens them: each sends messages
# How a case ends whose caller couldn't prove it. For an hour nobody opens another one for that account.
FAILED = frozenset({"verify.too_many_tries", "verify.closed_for_a_day", "accounts.no_right", DENIED})
HUNG_UP = "case.hung_up_on"


@dataclass(frozen=True)
class Cases:
    """What an agent of the helpdesk may do about cases in one turn."""

    turn: Turn
    cases: CaseRecords
    records: Records
    identity: Identity
    channels: frozenset[Channel]  # that this house has
    world: World

    async def acting(self) -> Person:
        """Whoever is talking. Raises Refuse when they aren't an agent, or are no longer."""
        return await self._agent()

    async def rules(self) -> HelpdeskRules:
        """What a case needs, by the rules in force."""
        return (await self.identity.people.policies.current()).helpdesk

    async def unfit(self, agent: Person, caller: Person, case: CaseId | None = None) -> str:
        """Why this agent can't have this case, as the end of a message id; empty: nothing speaks against it."""
        if agent.subject == caller.subject:
            return "yourself"
        stop = stopped(await self.signals(agent, caller, case), (await self.rules()).stops)
        return stop.replace("-", "_") if stop else ""

    async def signals(self, agent: Person, caller: Person, case: CaseId | None = None) -> tuple[CaseSignal, ...]:
        """What is odd about it, be it stopped for that or not."""
        return signals(agent, caller, await self.cases.counts(agent.subject, caller.subject, case, self.world.now()))

    async def agent(self) -> Person | None:
        """Whoever is talking, if they hold the role and talk from a chat account that is linked to theirs."""
        party = self.turn.party
        if party.origin is not Origin.LINKED or party.subject is None:
            return None
        person = await self.identity.people.person(party.subject)
        return person if person.enabled and self.identity.people.roles.of(person) & TAKE_CALLS else None

    async def resumed(self, caller: SubjectId) -> CaseId | None:
        """This agent's open case for this account, watched from here from now on."""
        mine = (await self._history(caller)).mine
        if mine:
            self.turn.note(CaseWatched(mine, self.turn.conversation))
        return mine

    async def refusal(self, caller: SubjectId, action: Action | None = None, *, last: bool = False) -> WordsId | None:
        """Why no case may be opened, told to the agent as it is; goes into the audit. `last`: it counts, and is opened next."""
        agent = await self._agent()
        why = await self._why_not(agent, caller, action) or (await self._too_many(agent, caller) if last else "")
        if not why:
            return None
        detail = args(agent=agent.subject, conversation=self.turn.conversation)
        self.turn.note(Audited(f"helpdesk:case:refused:{why}", caller, detail))
        return WordsId(f"case.refused.{why}")

    def new_id(self) -> CaseId:
        """The name of a case that isn't open yet."""
        return CaseId(self.world.id("case"))

    async def open_case(
        self, case: CaseId, caller: SubjectId, action: Action, reason: Line, ticket: Line, first: Step
    ) -> tuple[AddressKind, ...]:
        """The caller is asked, in a conversation of their own. Returns where its link will go."""
        agent, person = await self._agent(), await self.identity.people.person(caller)
        conversation, asker = ConversationId(self.world.id("convo")), Asker(case, agent.subject, agent.name, ticket)
        detail = (*asker.detail, *args(action=action, conversation=conversation, ticket=ticket, reason=reason))
        odd = await self.signals(agent, person)
        self.turn.note(
            CaseOpened(case, caller, agent.subject, self.turn.conversation, conversation, action, reason, ticket),
            Began(conversation, first, caller, person.language or "en", asker),
            Audited("helpdesk:case:opened", caller, detail),
            *(Audited(f"helpdesk:case:signal:{signal}", caller, asker.detail) for signal in odd),
        )
        return await self._places(person)

    async def progress(self, case: CaseId) -> Progress:
        """What an agent may see. Raises Refuse for a case that isn't there."""
        if found := await self.cases.progress(case):
            return found
        raise Refuse("case.gone")

    async def standing(self, *, mine: bool) -> Sequence[CaseStanding]:
        """For a list: this agent's with those that have just ended, or all that are open."""
        agent, now = await self._agent(), self.world.now()
        return await self.cases.standing(agent.subject if mine else None, now - HOUR if mine else now, LISTED)

    async def watch_here(self, case: CaseId) -> None:
        """This agent's own case, from now on; an ended one, or somebody else's, isn't there any more."""
        agent, seen = await self._agent(), await self.progress(case)
        if seen.agent == agent.subject and not seen.ended:
            self.turn.note(CaseWatched(case, self.turn.conversation))

    async def odd(self, case: CaseId, seen: Progress) -> tuple[CaseSignal, ...]:
        """About this agent's case, as it is now."""
        people = self.identity.people
        return await self.signals(await people.person(seen.agent), await people.person(seen.subject), case)

    async def hang_up(self, case: CaseId) -> None:
        """The caller's conversation ends too, if nobody is at work there in this very moment."""
        await self.cases.hang_up(case, (await self._agent()).subject, Closed(WordsId(HUNG_UP)))

    async def _why_not(self, agent: Person, caller: SubjectId, action: Action | None) -> str:
        """The end of a message id; empty: nothing speaks against it."""
        person = await self.identity.people.person(caller)
        if why := await self.unfit(agent, person):
            return why
        if barred := await self.identity.people.barred(person):
            return barred
        history = await self._history(caller)
        if history.mine or history.others:
            return "already_open"
        if history.failed:
            return "failed_before"
        if history.open >= MOST_OPEN:
            return "too_many_open"
        if action and not await self.identity.could(caller, action):
            return "no_method"
        return "" if await self._places(person) else "no_address"

    async def _too_many(self, agent: Person, caller: SubjectId) -> str:
        if not (await self.records.hit(f"cases-by:{agent.subject}", AN_HOUR, HOUR)).allowed:
            return "too_many"
        return "" if (await self.records.hit(f"cases-for:{caller}", FOR_ONE, HOUR)).allowed else "too_often"

    async def _history(self, caller: SubjectId) -> CaseHistory:
        agent = await self._agent()
        return await self.cases.case_history(agent.subject, caller, FAILED, self.world.now() - HOUR)

    async def _places(self, person: Person) -> tuple[AddressKind, ...]:
        on_file = await self.records.methods(person.subject)
        return tuple(dict.fromkeys(a.place for a in addresses(person, on_file, self.channels, self.world.now())))

    async def _agent(self) -> Person:
        """Raises Refuse when the role is gone."""
        if agent := await self.agent():
            return agent
        raise Refuse("case.no_role")
