"""An agent's cases, and all that are open: how far each has come, and taking one over from a colleague."""

import re

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.helpdesk.case_names import in_full, initials
from bot.helpdesk.interfaces import CaseState
from bot.model.asker import number
from bot.model.codec import kept, step
from bot.model.prompt import Choose, Lines, Option, PromptState
from bot.model.reply import Reply
from bot.platform.ids import CaseId, Line, OptionId, WordsId
from bot.platform.sentences import args
from flows.watch_case import CaseClosed, WatchCase

MINE = re.compile(r"\s*(?:(?:show )?(?:me )?my cases|(?:zeig(?:e)? (?:mir )?)?meine f(?:ä|ae)lle)\s*[.!?]?\s*", re.IGNORECASE)
OPEN = re.compile(
    r"\s*(?:(?:show )?(?:me )?(?:all |the )*(?:open )?cases|(?:zeig(?:e)? (?:mir )?)?(?:alle )?(?:offene |offenen )?f(?:ä|ae)lle)\s*[.!?]?\s*",
    re.IGNORECASE,
)
AGAIN = Option(OptionId("again"), WordsId("case.list.again"))
LEAVE = Option(OptionId("leave"), WordsId("case.others.leave"))
TAKE_OVER = Option(OptionId("take_over"), WordsId("case.others.take_over"))


@kept("case.line")
class CaseLine:
    """One of them, as this agent may see it."""

    case: CaseId
    who: Line
    agent: Line  # empty: whoever looks
    minutes: int  # since it was opened
    state: CaseState


@kept("cases")
class ShowCases:
    """The wish to see them. `mine`: one's own, those that have just ended as well."""

    mine: bool
    about = WordsId("about.cases")

    async def begin(self, desk: Desk) -> "CaseList | Closed":
        """The role is looked at each time."""
        if not await desk.cases.agent():
            return Closed(WordsId("case.no_role"), state=PromptState.ERROR)
        return await listed(desk, mine=self.mine)


async def listed(desk: Desk, *, mine: bool) -> "CaseList | Closed":
    """Callers of others by their initials."""
    me, lines = await desk.cases.acting(), []
    for each in await desk.cases.standing(mine=mine):
        caller, own = await desk.people.person(each.subject), each.agent == me.subject
        agent = "" if own else (await desk.people.person(each.agent)).name
        minutes = int(desk.cases.world.now() - each.at) // 60
        lines.append(CaseLine(each.case, in_full(caller) if own else initials(caller), Line(agent), minutes, each.state))
    return CaseList(mine, tuple(lines)) if lines else Closed(WordsId("case.list.none"), state=PromptState.DONE)


@step("case.list")
class CaseList:
    """Which of these cases?"""

    mine: bool
    lines: tuple[CaseLine, ...]

    def ask(self) -> Choose:
        """One sentence for each, by how far it has come; those that are open can be gone to."""
        there = [Option(OptionId(line.case), WordsId("case.list.pick"), number(line.case)) for line in self.lines if _open(line)]
        content = Lines(tuple(map(_said, self.lines)))
        return Choose("case.list.mine" if self.mine else "case.list.open", (*there, AGAIN), content=content)

    async def answer(self, reply: Reply, desk: Desk) -> "CaseList | WatchCase | CaseClosed | OthersCase | Closed":
        """See it, or look at all of them again."""
        line = next((line for line in self.lines if OptionId(line.case) == reply.choice), None)
        if line is None:
            return await listed(desk, mine=self.mine)
        if line.agent:
            return OthersCase(self.mine, line)
        await desk.cases.watch_here(line.case)
        return await WatchCase(line.case, line.who).look(desk)


@step("case.others")
class OthersCase:
    """A colleague has it. Take it over?"""

    mine: bool
    line: CaseLine

    def ask(self) -> Choose:
        """To leave it is preselected."""
        line = self.line
        return Choose("case.others", (LEAVE, TAKE_OVER), args(who=line.who, agent=line.agent, case=number(line.case)))

    async def answer(self, reply: Reply, desk: Desk) -> "CaseList | WatchCase | CaseClosed | Closed":
        """From now on whoever asked before sees no more of it."""
        if reply.choice != TAKE_OVER.id:
            return await listed(desk, mine=self.mine)
        if no := await desk.handover.take(self.line.case):
            return Closed(no, self.line.who, state=PromptState.ERROR)
        caller = await desk.people.person((await desk.cases.progress(self.line.case)).subject)
        return await WatchCase(self.line.case, in_full(caller)).look(desk)


def _open(line: CaseLine) -> bool:
    return line.state is not CaseState.ENDED


def _said(line: CaseLine) -> tuple[str, tuple[tuple[str, str], ...]]:
    whose = "theirs" if line.agent else "yours"
    told = args(case=number(line.case), who=line.who, agent=line.agent, minutes=line.minutes)
    return f"case.list.{whose}.{line.state}", told
