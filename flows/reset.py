"""I forgot my password: open the page, prove who you are, choose a new one."""

from bot.accounts.records import Outcome
from bot.conversation.closed import Closed
from bot.conversation.prompt import AskSecret, Option, Password
from bot.conversation.reply import Reply
from bot.conversation.step import kept, step
from bot.desk import Desk
from bot.ids import Action, CaseId, GrantId, OptionId, SubjectId, WordsId
from flows.page import Paged, open_page
from flows.verify import Proving, prove


@kept("reset")
class Reset:
    """A new password for this subject; `case` when the helpdesk asked for it."""

    subject: SubjectId
    case: CaseId | None = None
    action = Action.RESET
    about = WordsId("about.reset")

    async def begin(self, desk: Desk) -> "Paged[Proving[NewPassword]]":
        """Whoever can't be helped here is told so before any page is opened."""
        return await open_page(self, desk)

    async def offers(self, desk: Desk) -> tuple[Option, ...]:
        """The methods themselves are the buttons of the landing."""
        return await desk.identity.offers(self.subject, self.action)

    async def opened(self, choice: OptionId | None, desk: Desk) -> "Proving[NewPassword]":
        """Bound; now prove."""
        return await prove(self, desk, choice)

    async def granted(self, grant: GrantId, desk: Desk) -> "NewPassword":
        """Now choose."""
        return NewPassword(self.subject, grant)


@step("reset.new")
class NewPassword:
    """Choose a new password."""

    subject: SubjectId
    grant: GrantId
    unconfirmed: bool = False

    def ask(self) -> AskSecret:
        """One field: it is shown on demand, pasted into, or filled with a suggestion."""
        return AskSecret("reset.unconfirmed" if self.unconfirmed else "reset.new", Password())

    async def answer(self, reply: Reply, desk: Desk) -> "Closed | NewPassword":
        """Done means that the directory confirmed it."""
        return self._after(await desk.accounts.reset(self.grant, self.subject, reply.secret), desk)

    async def look(self, desk: Desk) -> "Closed | NewPassword":
        """What became of it, when somebody died in between."""
        return self._after(await desk.accounts.became(self.grant), desk)

    def _after(self, outcome: Outcome | None, desk: Desk) -> "Closed | NewPassword":
        if outcome is Outcome.CHANGED:
            return Closed(WordsId("reset.done"), advice=tuple(WordsId(a) for a in desk.accounts.advice(self.subject)))
        return NewPassword(self.subject, self.grant, unconfirmed=outcome is Outcome.UNCONFIRMED)
