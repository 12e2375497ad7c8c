"""My account is locked: prove who you are, and the lock comes off. No new password, and a page only where the policy asks for one."""

from bot.accounts.records import Outcome
from bot.conversation.closed import Closed
from bot.conversation.prompt import Choose, Option, Wait
from bot.conversation.reply import Reply
from bot.conversation.step import kept, step
from bot.desk import Desk
from bot.ids import Action, CaseId, GrantId, OptionId, SubjectId, WordsId
from flows.page import Paged, open_page
from flows.verify import Proving, prove

TRY = Option(OptionId("try"), WordsId("unlock.try_again"))


@kept("unlock")
class Unlock:
    """The lock off."""

    subject: SubjectId
    case: CaseId | None = None
    action = Action.UNLOCK
    about = WordsId("about.unlock")

    async def begin(self, desk: Desk) -> "Paged[Proving[Unlocking]]":
        """Its code may be typed in the chat, unless the policy says never."""
        return await prove(self, desk) if await desk.identity.in_chat(self.action) else await open_page(self, desk)

    async def offers(self, desk: Desk) -> tuple[Option, ...]:
        """As a reset's, when a page is asked for."""
        return await desk.identity.offers(self.subject, self.action)

    async def opened(self, choice: OptionId | None, desk: Desk) -> "Proving[Unlocking]":
        """Bound; now prove."""
        return await prove(self, desk, choice)

    async def granted(self, grant: GrantId, desk: Desk) -> "Unlocking":
        """An effect has a step of its own: a grant can be spent only once it is on disk."""
        return Unlocking(self.subject, grant)


@step("unlock.now")
class Unlocking:
    """One moment."""

    subject: SubjectId
    grant: GrantId

    def ask(self) -> Wait:
        """Nothing: the engine looks at once."""
        return Wait("unlock.now", after=0)

    async def look(self, desk: Desk) -> "Closed | Unconfirmed":
        """The lock off, unless there is none."""
        outcome = await desk.accounts.became(self.grant)
        if outcome is None and not (await desk.accounts.state(self.subject)).locked:
            return Closed(WordsId("unlock.not_locked"))
        outcome = outcome or await desk.accounts.unlock(self.grant, self.subject)
        return Closed(WordsId("unlock.done")) if outcome is Outcome.CHANGED else Unconfirmed(self.subject, self.grant)


@step("unlock.unconfirmed")
class Unconfirmed:
    """The directory didn't answer. Shall I try again?"""

    subject: SubjectId
    grant: GrantId

    def ask(self) -> Choose:
        """Unknown outcomes are said to be unknown."""
        return Choose("unlock.unconfirmed", (TRY,))

    async def answer(self, reply: Reply, desk: Desk) -> "Closed | Unconfirmed":
        """The grant is usable again, since nothing was confirmed."""
        if not (await desk.accounts.state(self.subject)).locked:
            return Closed(WordsId("unlock.done"))
        outcome = await desk.accounts.unlock(self.grant, self.subject)
        return Closed(WordsId("unlock.done")) if outcome is Outcome.CHANGED else self
