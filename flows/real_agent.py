"""Is this agent real? Asked by whoever was called, or has called; and "that isn't me" ends a case."""

import re

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.model.asker import number
from bot.model.codec import kept, step
from bot.model.prompt import Choose, Lines, Option, PromptState, Wait
from bot.model.reply import Reply
from bot.platform.ids import Action, CaseId, Line, OptionId, WordsId
from bot.platform.sentences import args

_desk = r"(?:the |our |your )?(?:help ?desk|it|it (?:support|department)|service ?desk|support)"
_end = r"\s*[.!?]*\s*"
REAL = re.compile(
    rf"\s*(?:is|are) (?:this|that|the|these|he|she|they|my)\s?(?:agent|caller|person|call|helpdesk|case)?s? (?:really )?(?:real|genuine|legit(?:imate)?|yours|from {_desk}|{_desk}){_end}"
    rf"|\s*(?:did|has) (?:somebody|someone|anybody|anyone|an agent)? ?(?:from |at )?(?:{_desk})? ?(?:open(?:ed)? a case|call(?:ed)? me).{{0,60}}{_end}"
    rf"|\s*(?:is there|do you have|do i have) (?:an? )?(?:open )?case (?:open )?(?:for me)?{_end}"
    rf"|\s*(?:am i|was i) (?:really )?(?:talking|speaking) (?:to|with) {_desk}{_end}"
    rf"|\s*(?:who (?:is calling|called) me|prove (?:that )?you(?: are|['’]re) {_desk}){_end}"
    rf"|\s*(?:ist|sind) (?:das|dies|der|die|diese[rs]?|er|sie) ?(?:anrufer(?:in)?|mitarbeiter(?:in)?|agent(?:in)?|anruf)? ?(?:wirklich |tatsächlich )?(?:echt|der help ?desk|vom help ?desk|von der it|die it){_end}"
    rf"|\s*hat (?:jemand|wer)? ?(?:vom |der )?(?:help ?desk|von der it|die it)? ?(?:einen )?(?:fall für mich|mich an).{{0,40}}{_end}"
    rf"|\s*gibt es einen fall für mich{_end}|\s*wer ruft mich an{_end}|\s*wer hat mich angerufen{_end}",
    re.IGNORECASE,
)
SOON = 1.0  # seconds until it is tried again to end it
THATS_ME = Option(OptionId("thats_me"), WordsId("real_agent.thats_me"))
NOT_ME = Option(OptionId("isnt_me"), WordsId("real_agent.isnt_me"))
NEVER = (WordsId("real_agent.never.code"), WordsId("real_agent.never.link"))


@kept("real_agent")
class IsAgentReal:
    """The question."""

    about = WordsId("about.real_agent")

    async def begin(self, desk: Desk) -> "CaseAboutYou | Closed":
        """Whoever isn't known here hears how to find out, and nothing about any account."""
        if desk.real_agent.me is None:
            return Closed(WordsId("real_agent.stranger"), advice=NEVER)
        return await about_you(desk) or Closed(WordsId("real_agent.nobody"), advice=NEVER)


async def about_you(desk: Desk) -> "CaseAboutYou | None":
    """The case that is open for whoever asks."""
    found = await desk.real_agent.case()
    return CaseAboutYou(found.case, found.name, found.action) if found else None


@step("real_agent.case")
class CaseAboutYou:
    """Somebody of the helpdesk is helping you. Was that you?"""

    case: CaseId
    agent: Line
    action: Action

    def ask(self) -> Choose:
        """Name, case and action."""
        what = Lines(((f"about.{self.action}", ()), *((line, ()) for line in NEVER)))
        return Choose("real_agent.case", (THATS_ME, NOT_ME), args(agent=self.agent, case=number(self.case)), content=what)

    async def answer(self, reply: Reply, desk: Desk) -> "Denying | Closed":
        """Good; or it ends."""
        if reply.choice == NOT_ME.id:
            return await Denying(self.case, self.agent).look(desk)
        return Closed(WordsId("real_agent.good"), self.agent, advice=NEVER, state=PromptState.DONE)


@step("real_agent.deny")
class Denying:
    """One moment: the case is being ended."""

    case: CaseId
    agent: Line

    def ask(self) -> Wait:
        """Whatever is at work there comes to its end first."""
        return Wait("real_agent.deny", after=SOON)

    async def look(self, desk: Desk) -> "Denying | Closed":
        """Until it has ended."""
        if not await desk.real_agent.deny(self.case):
            return self
        return Closed(WordsId("real_agent.ended"), self.agent, advice=NEVER, state=PromptState.DONE)
