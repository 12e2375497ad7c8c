"""My own page: led to from a chat, and entered, by whoever doesn't sign in with the company, with the proofs that a reset takes."""

import re
from typing import TypeAlias

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.engine.exhibits import entering
from bot.model.codec import kept, step
from bot.model.facts import Restarted
from bot.model.prompt import Choose, Option, PromptState
from bot.model.reply import Reply
from bot.platform.ids import Action, CaseId, GrantId, Line, OptionId, SubjectId, WordsId
from flows.find import WhoAreYou
from flows.opening import Opening
from flows.page import Paged, open_page
from flows.verify import Proving, prove

DONE = Option(OptionId("done"), WordsId("my_page.not_now"))
MINE = re.compile(
    r"\s*(?:(?:please )?(?:show|open)(?: me)? )?my (?:page|own page|methods|devices|browsers|sign-?ins)\s*[.!?]?\s*"
    r"|\s*(?:bitte )?(?:(?:zeig|öffne|oeffne)(?:e)?(?: mir)? )?mein(?:e)? (?:seite|eigene seite|methoden|geräte|geraete|browser)\s*[.!?]?\s*",
    re.IGNORECASE,
)


@kept("my_page.way")
class WayToMyPage:
    """The wish to see it, from a chat: the plain address, the same for everybody."""

    address: Line
    about = WordsId("about.my_page")

    async def begin(self, desk: Desk) -> Closed:
        """A chat shows nothing of it: the page asks for a sign-in or a proof of its own."""
        return Closed(WordsId("my_page.here"), self.address, state=PromptState.DONE)


@kept("my_page.door")
class MyPageDoor:
    """At the page's own door, by somebody whom nobody knows yet."""

    about = WordsId("about.my_page")

    async def begin(self, desk: Desk) -> "WhoAreYou[Entering]":
        """First a name; the same follows for everybody and nobody."""
        return WhoAreYou(self)

    async def found(self, subject: SubjectId, desk: Desk) -> "Entering":
        """Go on with this name, and begin again with it, should the conversation move to another device."""
        wish = MyPage(subject)
        desk.turn.note(Restarted(desk.turn.conversation, unbind=False, first=Opening(wish)))
        return await wish.begin(desk)


@kept("my_page")
class MyPage:
    """The right to enter."""

    subject: SubjectId
    case: CaseId | None = None
    action = Action.OVERVIEW
    about = WordsId("about.my_page")

    async def begin(self, desk: Desk) -> "Entering":
        """On the sealed page, which is bound."""
        return await open_page(self, desk)

    async def offers(self, desk: Desk) -> tuple[Option, ...]:
        """As for a reset; a company sign-in will do as well."""
        return await desk.identity.offers(self.subject, self.action)

    async def opened(self, choice: OptionId | None, desk: Desk) -> "Proving[Enter]":
        """Bound; now prove."""
        return await prove(self, desk, choice)

    async def granted(self, grant: GrantId, desk: Desk) -> "Enter":
        """The page itself looks at the right again."""
        return Enter(self.subject, grant)


@step("my_page.enter")
class Enter:
    """Open your page?"""

    subject: SubjectId
    grant: GrantId

    def ask(self) -> Choose:
        """The way in is an exhibit: it stands on the sealed page alone, and in no address."""
        return Choose("my_page.enter", (DONE,), exhibit=entering(self.grant))

    async def answer(self, reply: Reply, desk: Desk) -> Closed:
        """Whoever doesn't want to leaves nothing behind."""
        return Closed(WordsId("my_page.left"))


Entering: TypeAlias = Paged[Proving[Enter]]
