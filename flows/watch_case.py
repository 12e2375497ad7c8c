"""What the caller has done so far: the agent looks, hangs up or hands the case over, and nothing else."""

from dataclasses import replace

from bot.accounts.interfaces import Outcome
from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.helpdesk.callers_case import DENIED
from bot.helpdesk.cases import FAILED, HUNG_UP
from bot.helpdesk.interfaces import Progress
from bot.helpdesk.invitations import AddressKind, sent_to
from bot.model.asker import number
from bot.model.codec import step
from bot.model.prompt import Ask, Lines, Option, PromptState, Say, Text, Wait
from bot.model.reply import Reply
from bot.platform.ids import CaseId, Kind, Line, OptionId, WordsId
from bot.platform.sentences import args
from bot.policy.helpdesk_rules import CaseSignal

SOON = 1.0  # seconds until it is tried again to hang up
NOW_AND_THEN = 60.0  # seconds until it is looked whether the link is still good
HANG_UP = Option(OptionId("hang_up"), WordsId("case.hang_up"))
HAND_OVER = Option(OptionId("hand_over"), WordsId("case.hand_over"))
KEEP = Option(OptionId("keep"), WordsId("case.keep"))
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
    DENIED: "denied",
    **dict.fromkeys(FAILED - {DENIED}, "failed"),
}
# How a case stands then; any other has only stopped.
STATES = {
    **dict.fromkeys(("reset", "unlock", "minted", "changed"), PromptState.DONE),
    **dict.fromkeys(("failed", "denied", "refused", "unknown"), PromptState.ERROR),
}


@step("case.watch")
class WatchCase:
    """What has the caller done so far?"""

    case: CaseId
    who: Line
    sent: tuple[AddressKind, ...] = ()
    opened: Line = Line("")  # the browser that has the page
    proved: tuple[Kind, ...] = ()
    granted: bool = False
    unconfirmed: bool = False
    hung_up: bool = False
    asked: Kind | None = None
    wrong: bool = False
    late: bool = False
    odd: tuple[CaseSignal, ...] = ()

    def ask(self) -> Wait:
        """Methods are named; no code, no address and no part of one ever is."""
        options = () if self.hung_up else (HANG_UP,) if self.granted else (HANG_UP, HAND_OVER)
        after = SOON if self.hung_up else None if self.opened or self.late else NOW_AND_THEN
        return Wait("case.watch", args(who=self.who, case=number(self.case)), options, after=after, content=_lines(self))

    async def answer(self, reply: Reply, desk: Desk) -> "WatchCase | HandTo | CaseClosed | Closed":
        """Hang up, and see what it came to; or say who goes on."""
        return HandTo(self) if reply.choice == HAND_OVER.id else await replace(self, hung_up=True).look(desk)

    async def look(self, desk: Desk) -> "WatchCase | CaseClosed | Closed":
        """It ends when the caller's conversation has ended; that can't be ended while a turn of it is being run."""
        if self.hung_up:
            await desk.cases.hang_up(self.case)
        seen = await desk.cases.progress(self.case)
        if seen.agent != desk.turn.party.subject:
            return Closed(WordsId("case.end.passed_on"), Line((await desk.people.person(seen.agent)).name))
        if seen.ended:
            return await _closed(self, seen, desk)
        return _told(self, seen, await desk.cases.odd(self.case, seen))


@step("case.closed")
class CaseClosed:
    """So it ended. The record stays on the card."""

    case: CaseId
    who: Line
    end: WordsId
    state: PromptState
    agent: Line
    ticket: Line = Line("")
    opened: Line = Line("")
    proved: tuple[Kind, ...] = ()

    def ask(self) -> Say:
        """Case, agent and ticket, the browser, and each proof; all of it is on the audit too."""
        said = "case.record.ticket" if self.ticket else "case.record"
        lines = [(said, args(case=number(self.case), agent=self.agent, ticket=self.ticket))]
        lines += [("case.record.browser", args(browser=self.opened))] if self.opened else []
        lines += [(f"method.{kind}.proved", ()) for kind in self.proved]
        return Say(self.end, args(hint=self.who), Lines(tuple(lines)), self.state)


async def _closed(watch: WatchCase, seen: Progress, desk: Desk) -> CaseClosed:
    end, agent = _ending(seen), (await desk.people.person(seen.agent)).name
    state, opened = STATES.get(end, PromptState.STOPPED), Line(seen.opened) or watch.opened
    words, proved = WordsId(f"case.end.{end}"), seen.proved or watch.proved
    return CaseClosed(watch.case, watch.who, words, state, Line(agent), Line(seen.ticket), opened, proved)


@step("case.hand_to")
class HandTo:
    """Who goes on with it?"""

    case: WatchCase

    def ask(self) -> Ask:
        """A colleague's sign-in name."""
        return Ask("case.hand_to", Text(120), args(who=self.case.who, case=number(self.case.case)), (KEEP,))

    async def answer(self, reply: Reply, desk: Desk) -> "WatchCase | CaseClosed | Closed":
        """Theirs from now on: they find it among their cases."""
        if reply.choice == KEEP.id:
            return await self.case.look(desk)
        colleague = await desk.handover.colleague(reply.text or "")
        if no := await desk.handover.give(self.case.case, colleague):
            return Closed(no, Line(colleague.name), state=PromptState.ERROR)
        return Closed(WordsId("case.handed_over"), Line(colleague.name), state=PromptState.DONE)


def _told(watch: WatchCase, seen: Progress, odd: tuple[CaseSignal, ...]) -> WatchCase:
    return replace(
        watch,
        opened=Line(seen.opened),
        proved=seen.proved,
        granted=seen.granted,
        asked=None if seen.granted else seen.asked,
        wrong=seen.wrong,
        late=seen.late,
        odd=odd,
        unconfirmed=seen.outcome in (Outcome.UNCONFIRMED, Outcome.MOVED),
    )


def _lines(watch: WatchCase) -> Lines:
    lines = [f"case.signal.{signal.replace('-', '_')}" for signal in watch.odd]
    lines += [sent_to(place) for place in watch.sent]
    lines.append("case.line.opened" if watch.opened else "case.line.late" if watch.late else "case.line.not_opened")
    lines += [f"method.{kind}.proved" for kind in watch.proved]
    lines += [f"method.{watch.asked}.asked"] if watch.asked else []
    told = {"wrong": watch.wrong, "granted": watch.granted, "unconfirmed": watch.unconfirmed, "hung_up": watch.hung_up}
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
