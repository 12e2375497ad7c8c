"""I know my password and want another one: open the page, type the old one, choose the new one; a reset where it can't be tried."""

from dataclasses import replace

from bot.accounts.interfaces import Outcome
from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.model.codec import kept, step
from bot.model.facts import Restarted
from bot.model.prompt import AskSecret, Choose, Option, Password, PromptState
from bot.model.reply import Reply
from bot.platform.ids import Action, CaseId, GrantId, OptionId, SubjectId, WordsId
from flows.cause import afterwards, too_young
from flows.follow import Following, followed, unseen
from flows.opening import Opening
from flows.page import Paged, open_page
from flows.reset import NewPassword, OnlyLocked, Reset
from flows.unlock import DONE, NEW
from flows.verify import Proving, prove


@kept("change")
class Change:
    """Another password for somebody who knows the one in force."""

    subject: SubjectId
    case: CaseId | None = None
    action = Action.CHANGE
    about = WordsId("about.change")

    async def begin(self, desk: Desk) -> "Paged[Proving[AnotherPassword | Closed]] | Untried":
        """As a reset, where the password in force can be tried."""
        return await open_page(self, desk) if desk.accounts.tries(self.subject) else Untried(self.subject)

    async def offers(self, desk: Desk) -> tuple[Option, ...]:
        """Nothing to choose: the page asks for the password."""
        await desk.identity.offers(self.subject, self.action)
        return ()

    async def opened(self, choice: OptionId | None, desk: Desk) -> "Proving[AnotherPassword | Closed]":
        """The old password is the first proof; admins need a second one."""
        return await prove(self, desk, choice)

    async def granted(self, grant: GrantId, desk: Desk) -> "AnotherPassword | Closed":
        """Now choose, if the directory will take one."""
        if no := await too_young(self.subject, grant, desk):
            return no
        return AnotherPassword(self.subject, grant, advice=tuple(WordsId(a) for a in desk.accounts.advice(self.subject)))


@step("change.untried")
class Untried:
    """I can't check the password that you have. Choose a new one by another proof?"""

    subject: SubjectId

    def ask(self) -> Choose:
        """Before any password is typed: a right one would be called wrong, or typed for nothing."""
        return Choose("change.untried", (NEW, DONE))

    async def answer(self, reply: Reply, desk: Desk) -> "Opening[Paged[Proving[OnlyLocked | NewPassword | Closed]]] | Closed":
        """A reset begins anew, or nothing does."""
        if reply.choice == DONE.id:
            return Closed(WordsId("unlock.nothing_done"))
        first = Opening(Reset(self.subject))
        desk.turn.note(Restarted(desk.turn.conversation, unbind=False, first=first))
        return first


@step("change.new")
class AnotherPassword:
    """Choose another password."""

    subject: SubjectId
    grant: GrantId
    unconfirmed: bool = False
    advice: tuple[WordsId, ...] = ()
    moved: bool = False

    def ask(self) -> AskSecret:
        """One field, as in a reset."""
        lines = afterwards(self.advice)
        if self.unconfirmed or self.moved:
            words = "reset.moved" if self.moved else "reset.unconfirmed"
            return AskSecret(words, Password(), content=lines, state=PromptState.ERROR)
        return AskSecret("change.new", Password(), content=lines)

    async def answer(self, reply: Reply, desk: Desk) -> "Closed | Following | AnotherPassword":
        """Done means that the directory confirmed it."""
        before = await desk.accounts.following(self.subject)
        return self._after(await desk.accounts.change(self.grant, self.subject, reply.secret, before), before)

    async def look(self, desk: Desk) -> "Closed | Following | AnotherPassword":
        """What became of it, when somebody died in between."""
        outcome = await desk.accounts.became(self.grant)
        return self._after(outcome, await unseen(self.subject, desk) if outcome is Outcome.CHANGED else None)

    def _after(self, outcome: Outcome | None, before: str | None) -> "Closed | Following | AnotherPassword":
        if outcome is Outcome.CHANGED:
            last = Closed(WordsId("change.done"), advice=self.advice, state=PromptState.DONE)
            return followed(last, self.subject, self.grant, before)
        return replace(self, unconfirmed=outcome is Outcome.UNCONFIRMED, moved=outcome is Outcome.MOVED)
