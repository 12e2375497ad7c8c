"""The helpdesk asks for a caller: the agent's side. The caller's side is the very flow that they would have begun themselves."""

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.helpdesk.case_names import in_full
from bot.helpdesk.reasons import Reason
from bot.helpdesk.tickets import LONGEST, read_ticket
from bot.model.codec import kept, step
from bot.model.prompt import Ask, Choose, Option, PromptState, Text
from bot.model.reply import Reply
from bot.model.step import Step
from bot.platform.ids import Action, CaseId, Line, OptionId, SubjectId, WordsId
from bot.platform.sentences import Misstep, args
from bot.policy.helpdesk_rules import TicketRule
from flows.menu import Menu
from flows.minted import Mint
from flows.opening import Opening
from flows.reset import Reset
from flows.unlock import Unlock
from flows.watch_case import CaseClosed, WatchCase

RESET = Option(OptionId(Action.RESET), WordsId("about.reset"))
UNLOCK = Option(OptionId(Action.UNLOCK), WordsId("about.unlock"))
MINT = Option(OptionId(Action.MINT), WordsId("about.mint"))
WHYS = tuple(Option(OptionId(why), WordsId(f"case.reason.{why}")) for why in Reason)
NOBODY = Option(OptionId("nobody"), WordsId("case.which.nobody"))
WITHOUT = Option(OptionId("without"), WordsId("case.without_ticket"))


@kept("guided")
class Guided:
    """A case for somebody who called. `caller`: the account that was named; None: nobody of that name."""

    caller: SubjectId | None = None
    about = WordsId("about.guided")

    async def begin(self, desk: Desk) -> "Whom | Needed | WatchCase | CaseClosed | Menu | Closed":
        """Whoever holds no role is somebody who asks for help, as anybody."""
        if not await desk.cases.agent():
            return Menu()
        return await about(self.caller, desk) if self.caller else Whom()


async def about(caller: SubjectId, desk: Desk) -> "Needed | WatchCase | CaseClosed | Closed":
    """An open case is seen again. What speaks against another one is told before anything is asked."""
    person = await desk.people.person(caller)
    who = in_full(person)
    if case := await desk.cases.resumed(caller):
        return await WatchCase(case, who).look(desk)
    no = await desk.cases.refusal(caller)
    if no:
        return Closed(no, who, state=PromptState.ERROR)
    return Needed(caller, who, unlocks=await desk.identity.unlocks_alone(), mints=await desk.minting.kind(caller) is not None)


@step("case.whom")
class Whom:
    """Whom is this about?"""

    def ask(self) -> Ask:
        """A sign-in name, a work address, or what is known of a name."""
        return Ask("case.whom", Text(120))

    async def answer(self, reply: Reply, desk: Desk) -> "Needed | WatchCase | CaseClosed | Which | Closed":
        """One person is found, or a few to pick from, or it is asked again."""
        await desk.cases.acting()
        found = await desk.callers.find(reply.text or "")
        if not found:
            raise Misstep("case.nobody")
        if len(found) == 1 and found[0].exact:
            return await about(found[0].subject, desk)
        return Which(tuple(Option(OptionId(each.subject), WordsId("case.which.one"), each.who) for each in found))


@step("case.which")
class Which:
    """Whom of these do they mean?"""

    found: tuple[Option, ...]

    def ask(self) -> Choose:
        """The likeliest first."""
        return Choose("case.which", (*self.found, NOBODY))

    async def answer(self, reply: Reply, desk: Desk) -> "Needed | WatchCase | CaseClosed | Whom | Closed":
        """That one; or another name."""
        await desk.cases.acting()
        return Whom() if reply.choice in (None, NOBODY.id) else await about(SubjectId(reply.choice), desk)


@step("case.needed")
class Needed:
    """What do they need?"""

    caller: SubjectId
    who: Line
    unlocks: bool  # whether the policy lets a lock be taken off without a new password
    mints: bool = False  # whether it lets a temporary access pass be made

    def ask(self) -> Choose:
        """The agent sees whom they have found."""
        more = (*((UNLOCK,) if self.unlocks else ()), *((MINT,) if self.mints else ()))
        return Choose("case.needed", (RESET, *more), args(who=self.who))

    async def answer(self, reply: Reply, desk: Desk) -> "WhyTheyCall | Closed":
        """Nobody is asked for what they couldn't prove."""
        action = Action(reply.choice or RESET.id)
        no = await desk.cases.refusal(self.caller, action)
        return Closed(no, self.who, state=PromptState.ERROR) if no else WhyTheyCall(self.caller, self.who, action)


@step("case.reason")
class WhyTheyCall:
    """Why do they call?"""

    caller: SubjectId
    who: Line
    action: Action

    def ask(self) -> Choose:
        """One tap; nothing is typed that was said on the phone."""
        return Choose("case.reason", WHYS, args(who=self.who))

    async def answer(self, reply: Reply, desk: Desk) -> "Ticket | WatchCase | CaseClosed | Closed":
        """On to the ticket, where the rules ask for one."""
        rules, why = await desk.cases.rules(), Reason(reply.choice or Reason.OTHER)
        asked = Ticket(self.caller, self.who, self.action, why, needed=rules.ticket is TicketRule.REQUIRED)
        return await asked.opened(Line(""), desk) if rules.ticket is TicketRule.NOT_ASKED else asked


@step("case.ticket")
class Ticket:
    """Under which ticket?"""

    caller: SubjectId
    who: Line
    action: Action
    why: Reason
    needed: bool = False

    def ask(self) -> Ask:
        """Its number alone."""
        return Ask("case.ticket", Text(LONGEST, "ticket"), args(who=self.who), () if self.needed else (WITHOUT,))

    async def answer(self, reply: Reply, desk: Desk) -> "WatchCase | CaseClosed | Closed":
        """As the rules of the house say what one looks like."""
        without = reply.choice == WITHOUT.id
        return await self.opened(Line("") if without else read_ticket(reply.text or "", await desk.cases.rules()), desk)

    async def opened(self, ticket: Line, desk: Desk) -> "WatchCase | CaseClosed | Closed":
        """The caller is asked now, in a conversation of their own."""
        if no := await desk.cases.refusal(self.caller, self.action, last=True):
            return Closed(no, self.who, state=PromptState.ERROR)
        case = desk.cases.new_id()
        first = await self._first(case, desk)
        sent = await desk.cases.open_case(case, self.caller, self.action, Line(self.why), ticket, first)
        return WatchCase(case, self.who, sent)

    async def _first(self, case: CaseId, desk: Desk) -> Opening[Step]:
        if self.action is Action.RESET:
            return Opening(Reset(self.caller, case))
        if self.action is Action.UNLOCK:
            return Opening(Unlock(self.caller, case))
        if kind := await desk.minting.kind(self.caller):
            return Opening(Mint(self.caller, kind, case))
        raise Misstep("engine.pick_one")
