"""The helpdesk asks for a temporary access pass: its owner proves who they are, and sees it on their own page; nobody else does."""

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.engine.exhibits import being_registered
from bot.identity.company_passes import SEALED
from bot.model.codec import kept, step
from bot.model.prompt import Choose, Option, PromptState, Wait
from bot.model.reply import Reply
from bot.platform.ids import Action, CaseId, GrantId, Kind, Line, MethodId, OptionId, SubjectId, WordsId
from bot.platform.sentences import args
from flows.page import Paged, open_page
from flows.verify import Proving, prove

NOTED = Option(OptionId("noted"), WordsId("mint.noted"))


@kept("mint")
class Mint:
    """A pass of this kind, in a case."""

    subject: SubjectId
    kind: Kind
    case: CaseId | None = None
    action = Action.MINT
    about = WordsId("about.mint")

    async def begin(self, desk: Desk) -> "Paged[Proving[Making]]":
        """As a reset."""
        return await open_page(self, desk)

    async def offers(self, desk: Desk) -> tuple[Option, ...]:
        """The methods themselves are the buttons of the landing."""
        return await desk.identity.offers(self.subject, self.action)

    async def opened(self, choice: OptionId | None, desk: Desk) -> "Proving[Making]":
        """Bound; now prove."""
        return await prove(self, desk, choice)

    async def granted(self, grant: GrantId, desk: Desk) -> "Making":
        """An effect has a step of its own: a grant can be spent only once it is on disk."""
        return Making(self.subject, grant, self.kind)


@step("mint.now")
class Making:
    """One moment: your pass is being made."""

    subject: SubjectId
    grant: GrantId
    kind: Kind

    def ask(self) -> Wait:
        """Nothing: the engine looks at once."""
        return Wait("opening", after=0)

    async def look(self, desk: Desk) -> "Shown":
        """Made and told in one turn."""
        name, until = await desk.minting.mint(self.subject, self.grant, self.kind)
        return Shown(self.subject, self.kind, name, until)


@step("mint.shown")
class Shown:
    """Have you noted your pass?"""

    subject: SubjectId
    kind: Kind
    name: MethodId
    until: Line

    def ask(self) -> Choose:
        """The code is an exhibit: shown on the sealed page, and nowhere kept in clear."""
        said = "mint.company" if self.name.startswith(SEALED) else f"method.{self.kind}.minted"
        return Choose(said, (NOTED,), args(until=self.until), exhibit=being_registered(self.kind, self.name))

    async def answer(self, reply: Reply, desk: Desk) -> Closed:
        """That was all."""
        words = "mint.company.done" if self.name.startswith(SEALED) else "mint.done"
        return Closed(WordsId(words), state=PromptState.DONE)
