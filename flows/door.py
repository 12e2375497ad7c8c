"""The front door: free text comes in, an intent is found, and only the intent is kept."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.helpdesk.calls import Calls
from bot.language.decision import Decision, Would
from bot.language.explain_question import OWN, asked_about
from bot.language.intent import Intent
from bot.language.topics import OwnAnswer, own_answer, topic
from bot.language.what_if_question import asked_what_if
from bot.model.codec import kept, step
from bot.model.prompt import Choose, Option, PromptState
from bot.model.reply import Reply
from bot.model.step import Step
from bot.model.turn import Party
from bot.platform.ids import Line, OptionId, WordsId
from bot.platform.sentences import Misstep
from bot.policy.pasted_passwords import looks_like_a_password
from bot.policy.roles import TAKE_CALLS, Role
from flows import menu
from flows.agents import AgentRule, Agents
from flows.case_list import MINE as MY_CASES
from flows.case_list import OPEN, ShowCases
from flows.explain import Explain
from flows.find import WhoAreYou
from flows.guided import Guided
from flows.hello import Hello
from flows.menu import WISHES, Begun, Menu, Wish, button, first_step
from flows.minted import Mint
from flows.my_page import MINE, MyPageDoor, WayToMyPage
from flows.not_me import NotMeInWords
from flows.opening import Leave, Opening
from flows.page import Paged
from flows.real_agent import REAL, CaseAboutYou, IsAgentReal
from flows.rules import RULES, Rules
from flows.watch_case import WatchCase
from flows.what_if import Supposing

CALL = re.compile(r"\s*(?:help|assist|hilfe(?: f(?:ü|ue)r)?|hilf)\s+([\w.@+'’-]{1,120})\s*", re.IGNORECASE)
PATIENCE = 1.5  # seconds for the directory: whoever sent the words waits for them to be acknowledged
AGENTS = re.compile(r"\s*(?:writeback[ -])?(?:agents|agenten)\s*[?.!]?\s*", re.IGNORECASE)
# "not_me" is a word that closes whatever is open.
BREAK_IN = Option(OptionId("break_in"), WordsId("menu.break_in"))
NONE = Option(OptionId("none"), WordsId("menu.something_else"))


class FrontDoor:
    """Where the engine sends what somebody says."""

    def __init__(
        self, decide: Callable[[str], Decision], calls: Calls, rules: Line, page: Line, answers: Sequence[OwnAnswer] = ()
    ) -> None:
        """`rules` is the address of the page on which admins change them, `page` of everybody's own; `answers` are the operator's."""
        self._decide, self._calls, self._rules, self._page, self._answers = decide, calls, rules, page, answers

    async def first_step(self, text: str, party: Party) -> Step:
        """Nothing is open yet: begin what was wished, ask in doubt, or say hello."""
        if wish := await self.wish(text, party):
            return wish
        if looks_like_a_password(text):
            return Opening(PastedPassword())
        return Opening(Hello())

    async def wish(self, text: str, party: Party, now: Step | None = None, *, doubtful: bool = True) -> Step | None:
        """What they want, also in the middle of something else. `doubtful`: it may be asked which of a few things that is."""
        if (named := CALL.fullmatch(text)) and (case := await self._case(named[1], party)):
            return case
        if REAL.fullmatch(text):
            return Opening(IsAgentReal())
        if (cases := _cases(text)) and await self._agent(party):
            return Opening(cases)
        if AGENTS.fullmatch(text) and await self._admin(party):
            return Opening(Agents())
        if RULES.fullmatch(text) and await self._admin(party):
            return Opening(Rules(self._rules))
        if MINE.fullmatch(text):
            return Opening(WayToMyPage(self._page))
        if question := asked_what_if(text):
            return Opening(Supposing(question.what, question.kinds, self._rules))
        if (asked := asked_about(text)) is not None and (why := await self._why(asked, party)):
            return why
        found = self._decide(text)
        match found.would:
            case Would.ACT if found.intent in WISHES:
                return first_step(found.intent)
            case Would.ASK if (doubtful or found.agreed) and not looks_like_a_password(text):
                return DidYouMean(found.options)
        return self._not_ours(text) if now is None or isinstance(now, Menu | DidYouMean) else None

    def _not_ours(self, text: str) -> Step | None:
        if looks_like_a_password(text):
            return None
        if own := own_answer(text, self._answers):
            return Opening(NotOurs(WordsId("answer.own"), Line(own.sentence)))
        about = topic(text)
        return Opening(NotOurs(WordsId(f"answer.{about}"))) if about else None

    async def _case(self, name: str, party: Party) -> Step | None:
        """For the helpdesk alone; from anybody else the same words are a cry for help."""
        try:
            async with asyncio.timeout(PATIENCE):
                return Opening(Guided(await self._calls.find_account(name))) if await self._calls.takes_calls(party) else None
        except (Misstep, TimeoutError):
            return None

    async def _why(self, name: str, party: Party) -> Step | None:
        """About themselves anybody may ask. Of others only roles are told, and no one else whether there is such a name."""
        if name == OWN:
            return Opening(Explain(page=self._page))
        try:
            async with asyncio.timeout(PATIENCE):
                if not await self._calls.holds_role(party, {Role.ADMIN, *TAKE_CALLS}):
                    return None
                found = await self._calls.find_account(name)
        except (Misstep, TimeoutError):
            return None
        return Opening(Explain(found)) if found else Opening(NotOurs(WordsId("explain.nobody")))

    async def _agent(self, party: Party) -> bool:
        """From anybody else it is a word like others."""
        try:
            return await self._calls.takes_calls(party)
        except Misstep:
            return False

    async def _admin(self, party: Party) -> bool:
        """From anybody else it is a word like others."""
        try:
            return await self._calls.holds_role(party, {Role.ADMIN})
        except Misstep:
            return False

    def goes_on(self, now: Step) -> bool:
        """An agent has several cases at once, each where it was opened."""
        return isinstance(now, WatchCase)

    def leave(self, now: Step, wish: Step) -> Step:
        """In the middle of something else; a menu is no middle of anything."""
        return wish if isinstance(now, Menu | DidYouMean) else Leave(now.now if isinstance(now, Leave) else now, wish)


def _cases(text: str) -> ShowCases | None:
    return ShowCases(mine=True) if MY_CASES.fullmatch(text) else ShowCases(mine=False) if OPEN.fullmatch(text) else None


@kept("not_ours")
class NotOurs:
    """Something that isn't for us, by the sentence that says so; `hint` is an operator's own."""

    words: WordsId
    hint: Line = Line("")
    about = WordsId("about.hello")

    async def begin(self, desk: Desk) -> Closed:
        """Nothing can be done here but to say who can."""
        return Closed(self.words, self.hint, () if self.hint else (WordsId("answer.mine"),))


@kept("spent")
class PastedPassword:
    """A password was typed where nobody asked for one."""

    about = WordsId("about.hello")

    async def begin(self, desk: Desk) -> Closed:
        """There is nothing to do but to say so."""
        return Closed(WordsId("engine.spent_password"), state=PromptState.ERROR)


@step("door.doubt")
class DidYouMean:
    """I'm not sure that I understood. Which of these is it?"""

    doubts: tuple[Intent, ...]

    def ask(self) -> Choose:
        """The likeliest first."""
        return Choose("opening.did_you_mean", (*(BREAK_IN if i is Intent.NOT_ME else button(i) for i in self.doubts), NONE))

    async def answer(
        self, reply: Reply, desk: Desk
    ) -> "Opening[Paged[WhoAreYou[Begun]] | Begun] | Opening[CaseAboutYou | Closed] | Menu | Closed":
        """As if it had been said clearly."""
        match reply.choice:
            case NONE.id:
                return Menu(desk.chat_links.linkable is not None)
            case Intent.HELP:
                return Closed(WordsId("engine.person"))
            case BREAK_IN.id:
                return Opening(NotMeInWords())
            case wanted:
                return Opening(Wish(Intent(wanted or "")))


# For the diagram in README.md: all there are.
DIALOGS: Mapping[str, Callable[..., Coroutine[object, object, Step]]] = {
    **menu.DIALOGS,
    "A greeting": Hello.begin,
    "A password": PastedPassword.begin,
    "A doubt": DidYouMean.answer,
    "What isn't ours": NotOurs.begin,
    "Somebody else's account": Guided.begin,
    "A real agent": IsAgentReal.begin,
    "The helpdesk's cases": ShowCases.begin,
    "A temporary access pass": Mint.begin,
    "Writeback agents": Agents.begin,
    "A writeback agent": AgentRule.begin,
    "The rules": Rules.begin,
    "Other rules": Supposing.begin,
    "Why can't somebody": Explain.begin,
    "My own page": MyPageDoor.begin,
    "The way to my page": WayToMyPage.begin,
}
