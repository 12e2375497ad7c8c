"""The helpdesk asks for a caller: the agent's side. The caller's side is the very flow that they would have begun themselves."""

import re
from dataclasses import replace

from bot.accounts.interfaces import Outcome
from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.helpdesk.cases import FAILED, HUNG_UP
from bot.helpdesk.interfaces import Progress
from bot.helpdesk.invitations import AddressKind, sent_to
from bot.model.asker import number
from bot.model.codec import kept, step
from bot.model.prompt import Ask, Choose, Lines, Option, PromptState, Text, Wait
from bot.model.reply import Reply
from bot.model.step import Step
from bot.platform.ids import Action, CaseId, Kind, Line, OptionId, SubjectId, WordsId
from bot.platform.sentences import Misstep, args
from flows.menu import Menu
from flows.minted import Mint
from flows.opening import Opening
from flows.reset import Reset
from flows.unlock import Unlock

RESET = Option(OptionId(Action.RESET), WordsId("about.reset"))
UNLOCK = Option(OptionId(Action.UNLOCK), WordsId("about.unlock"))
MINT = Option(OptionId(Action.MINT), WordsId("about.mint"))
SOON = 1.0  # seconds until it is tried again to hang up
HANG_UP = Option(OptionId("hang_up"), WordsId("case.hang_up"))
TICKET = re.compile(r"#\d{1,12}|\b[A-Z][A-Z0-9]{1,9}-?\d{1,12}\b")  # as "#4711", "INC0012345", "HELP-7"
# What an agent is told of the caller's last sentence; anything else is a refusal.
ENDINGS = {
    "reset.done": "reset",
    "reset.followed": "reset",
    "reset.follows_soon": "reset",
    "unlock.done": "unlock",
    "mint.done": "minted",
    "mint.company.done": "minted",
    "engine.cancel": "cancelled",
    "engine.person": "person",
    "engine.expired": "expired",
    HUNG_UP: "hung_up",
    **dict.fromkeys(FAILED, "failed"),
}
# How a case stands then; any other has only stopped.
STATES = {
    **dict.fromkeys(("reset", "unlock", "minted", "changed"), PromptState.DONE),
    **dict.fromkeys(("failed", "refused", "unknown"), PromptState.ERROR),
}


@kept("guided")
class Guided:
    """A case for somebody who called. `caller`: the account that was named; None: nobody of that name."""

    caller: SubjectId | None = None
    about = WordsId("about.guided")

    async def begin(self, desk: Desk) -> "Whom | Needed | WatchCase | Menu | Closed":
        """Whoever holds no role is somebody who asks for help, as anybody."""
        if not await desk.cases.agent():
            return Menu()
        return await about(self.caller, desk) if self.caller else Whom()


async def about(caller: SubjectId, desk: Desk) -> "Needed | WatchCase | Closed":
    """An open case is seen again. What speaks against another one is told before anything is asked."""
    person = await desk.people.person(caller)
    who = Line(f"{person.name} ({person.login})")
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
        """A sign-in name, or a work address."""
        return Ask("case.whom", Text(120))

    async def answer(self, reply: Reply, desk: Desk) -> "Needed | WatchCase | Closed":
        """One person is found, or it is asked again."""
        if not await desk.cases.agent():
            return Closed(WordsId("case.no_role"), state=PromptState.ERROR)
        person = await desk.people.find(reply.text or "")
        if person is None:
            raise Misstep("case.nobody")
        return await about(person.subject, desk)


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

    async def answer(self, reply: Reply, desk: Desk) -> "Reason | Closed":
        """Nobody is asked for what they couldn't prove."""
        action = Action(reply.choice or RESET.id)
        no = await desk.cases.refusal(self.caller, action)
        return Closed(no, self.who, state=PromptState.ERROR) if no else Reason(self.caller, self.who, action)


@step("case.reason")
class Reason:
    """Why, and under which ticket?"""

    caller: SubjectId
    who: Line
    action: Action

    def ask(self) -> Ask:
        """One line; a ticket's number is found in it."""
        return Ask("case.reason", Text(what="reason"), args(who=self.who))

    async def answer(self, reply: Reply, desk: Desk) -> "WatchCase | Closed":
        """The caller is asked now, in a conversation of their own."""
        said = Line(reply.text or "")
        if no := await desk.cases.refusal(self.caller, self.action, last=True):
            return Closed(no, self.who, state=PromptState.ERROR)
        case, ticket = desk.cases.new_id(), TICKET.search(said)
        number, first = Line(ticket[0]) if ticket else Line(""), await self._first(case, desk)
        return WatchCase(case, self.who, await desk.cases.open_case(case, self.caller, self.action, said, number, first))

    async def _first(self, case: CaseId, desk: Desk) -> Opening[Step]:
        if self.action is Action.RESET:
            return Opening(Reset(self.caller, case))
        if self.action is Action.UNLOCK:
            return Opening(Unlock(self.caller, case))
        if kind := await desk.minting.kind(self.caller):
            return Opening(Mint(self.caller, kind, case))
        raise Misstep("engine.pick_one")


@step("case.watch")
class WatchCase:
    """What has the caller done so far? The agent can look and hang up, and nothing else."""

    case: CaseId
    who: Line
    sent: tuple[AddressKind, ...] = ()
    opened: Line = Line("")  # the browser that has the page
    proved: tuple[Kind, ...] = ()
    granted: bool = False
    unconfirmed: bool = False
    hung_up: bool = False

    def ask(self) -> Wait:
        """Methods are named; no code, no address and no part of one ever is."""
        options = () if self.hung_up else (HANG_UP,)
        after = SOON if self.hung_up else None
        return Wait("case.watch", args(who=self.who, case=number(self.case)), options, after=after, content=_lines(self))

    async def answer(self, reply: Reply, desk: Desk) -> "WatchCase | Closed":
        """Hang up, and see what it came to."""
        return await replace(self, hung_up=True).look(desk)

    async def look(self, desk: Desk) -> "WatchCase | Closed":
        """It ends when the caller's conversation has ended; that can't be ended while a turn of it is being run."""
        if self.hung_up:
            await desk.cases.hang_up(self.case)
        seen = await desk.cases.progress(self.case)
        if seen.ended:
            end = _ending(seen)
            return Closed(WordsId(f"case.end.{end}"), self.who, state=STATES.get(end, PromptState.STOPPED))
        return replace(
            self,
            opened=Line(seen.opened),
            proved=seen.proved,
            granted=seen.granted,
            unconfirmed=seen.outcome in (Outcome.UNCONFIRMED, Outcome.MOVED),
        )


def _lines(watch: WatchCase) -> Lines:
    lines = [sent_to(place) for place in watch.sent]
    lines.append("case.line.opened" if watch.opened else "case.line.not_opened")
    lines += [f"method.{kind}.proved" for kind in watch.proved]
    told = {"granted": watch.granted, "unconfirmed": watch.unconfirmed, "hung_up": watch.hung_up}
    lines += [f"case.line.{what}" for what, is_so in told.items() if is_so]
    return Lines(tuple((line, args(browser=watch.opened)) for line in lines))


def _ending(seen: Progress) -> str:
    """Done means that the directory confirmed it; what is unknown is said to be unknown."""
    if seen.outcome is Outcome.CHANGED and ENDINGS.get(seen.ended) not in ("reset", "unlock"):
        return "changed"
    if seen.outcome in (Outcome.INTENDED, Outcome.UNCONFIRMED, Outcome.MOVED) and ENDINGS.get(seen.ended) != "unlock":
        return "unknown"
    if seen.ended == "unlock.not_locked.untold":
        return "no_lock_seen"
    if seen.ended.startswith("unlock.not_locked"):
        return "not_locked"
    return ENDINGS.get(seen.ended, "refused")
