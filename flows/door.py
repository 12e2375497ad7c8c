"""The front door: free text comes in, an intent is found, and only the intent is kept."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Mapping

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.helpdesk.calls import Calls
from bot.language.intent import Intent, Understood
from bot.model.codec import kept, step
from bot.model.prompt import Choose, Option, PromptState
from bot.model.reply import Reply
from bot.model.step import Step
from bot.model.turn import Party
from bot.platform.ids import Line, OptionId, WordsId
from bot.platform.sentences import Misstep
from bot.policy.pasted_passwords import looks_like_a_password
from bot.policy.roles import Role
from flows import menu
from flows.agents import AgentRule, Agents
from flows.find import WhoAreYou
from flows.guided import Guided
from flows.hello import Hello
from flows.menu import WISHES, Begun, Menu, Wish, buttons, first_step
from flows.not_me import NotMeInWords
from flows.opening import Leave, Opening
from flows.page import Paged
from flows.rules import RULES, Rules

CALL = re.compile(r"\s*(?:help|assist|hilfe(?: f(?:ü|ue)r)?|hilf)\s+([\w.@+'’-]{1,120})\s*", re.IGNORECASE)
PATIENCE = 1.5  # seconds for the directory: whoever sent the words waits for them to be acknowledged
AGENTS = re.compile(r"\s*(?:writeback[ -])?(?:agents|agenten)\s*[?.!]?\s*", re.IGNORECASE)
NONE = Option(OptionId("none"), WordsId("menu.nothing"))


class FrontDoor:
    """Where the engine sends what somebody says."""

    def __init__(self, understood: Callable[[str], Understood], calls: Calls, rules: Line) -> None:
        """`rules` is the address of the page on which admins change them."""
        self._understood, self._calls, self._rules = understood, calls, rules

    async def first_step(self, text: str, party: Party) -> Step:
        """Nothing is open yet: begin what was wished, ask in doubt, or say hello."""
        found = self._understood(text)
        if wish := await self.wish(text, party):
            return wish
        if looks_like_a_password(text):
            return Opening(PastedPassword())
        doubts = tuple(i for i in (found.intent, *found.rivals) if i in WISHES)
        return DidYouMean(doubts) if doubts else Opening(Hello())

    async def wish(self, text: str, party: Party) -> Step | None:
        """What they surely want, also in the middle of something else."""
        if (named := CALL.fullmatch(text)) and (case := await self._case(named[1], party)):
            return case
        if AGENTS.fullmatch(text) and await self._admin(party):
            return Opening(Agents())
        if RULES.fullmatch(text) and await self._admin(party):
            return Opening(Rules(self._rules))
        found = self._understood(text)
        if found.sure and found.intent is Intent.NOT_ME:
            return Opening(NotMeInWords())
        return first_step(found.intent) if found.sure and found.intent in WISHES else None

    async def _case(self, name: str, party: Party) -> Step | None:
        """For the helpdesk alone; from anybody else the same words are a cry for help."""
        try:
            async with asyncio.timeout(PATIENCE):
                return Opening(Guided(await self._calls.find_account(name))) if await self._calls.takes_calls(party) else None
        except (Misstep, TimeoutError):
            return None

    async def _admin(self, party: Party) -> bool:
        """From anybody else it is a word like others."""
        try:
            return await self._calls.holds_role(party, {Role.ADMIN})
        except Misstep:
            return False

    def leave(self, now: Step, wish: Step) -> Step:
        """In the middle of something else; a menu is no middle of anything."""
        return wish if isinstance(now, Menu | DidYouMean) else Leave(now.now if isinstance(now, Leave) else now, wish)


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
        return Choose("opening.did_you_mean", (*buttons(self.doubts), NONE))

    async def answer(self, reply: Reply, desk: Desk) -> "Opening[Paged[WhoAreYou[Begun]] | Begun] | Menu":
        """As if it had been said clearly."""
        if reply.choice == NONE.id:
            return Menu(desk.chat_links.linkable is not None)
        return Opening(Wish(Intent(reply.choice or "")))


# For the diagram in README.md: all there are.
DIALOGS: Mapping[str, Callable[..., Coroutine[object, object, Step]]] = {
    **menu.DIALOGS,
    "A greeting": Hello.begin,
    "A password": PastedPassword.begin,
    "A doubt": DidYouMean.answer,
    "Somebody else's account": Guided.begin,
    "Writeback agents": Agents.begin,
    "A writeback agent": AgentRule.begin,
    "The rules": Rules.begin,
}
