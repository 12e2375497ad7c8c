"""I forgot my password: open the page, prove who you are, choose a new one."""

from dataclasses import replace

from bot.accounts.interfaces import Outcome
from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.model.codec import kept, step
from bot.model.prompt import AskSecret, Choose, Option, Password, PromptState
from bot.model.reply import Reply
from bot.platform.ids import Action, CaseId, GrantId, Line, OptionId, SubjectId, WordsId
from bot.platform.sentences import args
from flows.cause import afterwards, cause, state_of, too_young
from flows.follow import Following, followed, unseen
from flows.link import TypeInChat, remember
from flows.page import Paged, open_page
from flows.unlock import Unlocking
from flows.verify import Proving, prove

PLAIN = WordsId("reset.new")
NO_DATE = Line("")
KNOW = Option(OptionId("know"), WordsId("reset.know"))
NEW = Option(OptionId("new"), WordsId("reset.choose_new"))


@kept("reset")
class Reset:
    """A new password for this subject; `case` when the helpdesk asked for it."""

    subject: SubjectId
    case: CaseId | None = None
    action = Action.RESET
    about = WordsId("about.reset")

    async def begin(self, desk: Desk) -> "Paged[Proving[OnlyLocked | NewPassword | Closed]]":
        """Whoever can't be helped here is told so before any page is opened."""
        return await open_page(self, desk)

    async def offers(self, desk: Desk) -> tuple[Option, ...]:
        """The methods themselves are the buttons of the landing."""
        return await desk.identity.offers(self.subject, self.action)

    async def opened(self, choice: OptionId | None, desk: Desk) -> "Proving[OnlyLocked | NewPassword | Closed]":
        """Bound; now prove."""
        return await prove(self, desk, choice)

    async def granted(self, grant: GrantId, desk: Desk) -> "OnlyLocked | NewPassword | Closed":
        """The cause first: a lock alone needs no new password."""
        state = await state_of(self.subject, desk)
        if state.locked and await desk.identity.unlocks_alone():
            return OnlyLocked(self.subject, grant)
        why, since = cause(state)
        return await new_password(self.subject, grant, desk, WordsId("reset.new" if why == "fine" else f"reset.new.{why}"), since)


async def new_password(
    subject: SubjectId, grant: GrantId, desk: Desk, words: WordsId = PLAIN, since: Line = NO_DATE
) -> "NewPassword | Closed":
    """With the directory's advice for afterwards, told before anything is ended. One that can't be set isn't asked for."""
    if no := await too_young(subject, grant, desk):
        return no
    return NewPassword(subject, grant, words=words, since=since, advice=tuple(WordsId(a) for a in desk.accounts.advice(subject)))


@step("reset.locked")
class OnlyLocked:
    """Your account is locked. Do you still know the password?"""

    subject: SubjectId
    grant: GrantId

    def ask(self) -> Choose:
        """The smallest cure first."""
        return Choose("reset.locked", (KNOW, NEW))

    async def answer(self, reply: Reply, desk: Desk) -> "Unlocking | NewPassword | Closed":
        """Whoever proved enough for a new password has proved enough for this."""
        if reply.choice == KNOW.id:
            return Unlocking(self.subject, await desk.identity.lesser(self.grant))
        return await new_password(self.subject, self.grant, desk)


@step("reset.new")
class NewPassword:
    """Choose a new password."""

    subject: SubjectId
    grant: GrantId
    unconfirmed: bool = False
    words: WordsId = PLAIN
    since: Line = Line("")
    advice: tuple[WordsId, ...] = ()
    moved: bool = False

    def ask(self) -> AskSecret:
        """One field: it is shown on demand, pasted into, or filled with a suggestion."""
        lines = afterwards(self.advice)
        if self.unconfirmed or self.moved:
            words = "reset.moved" if self.moved else "reset.unconfirmed"
            return AskSecret(words, Password(), content=lines, state=PromptState.ERROR)
        return AskSecret(self.words, Password(), args(since=self.since), content=lines)

    async def answer(self, reply: Reply, desk: Desk) -> "TypeInChat | Closed | Following | NewPassword":
        """Done means that the directory confirmed it."""
        before = await desk.accounts.following(self.subject)
        return self._after(await desk.accounts.reset(self.grant, self.subject, reply.secret, before), before, desk)

    async def look(self, desk: Desk) -> "TypeInChat | Closed | Following | NewPassword":
        """What became of it, when somebody died in between."""
        outcome = await desk.accounts.became(self.grant)
        return self._after(outcome, await unseen(self.subject, desk) if outcome is Outcome.CHANGED else None, desk)

    def _after(self, outcome: Outcome | None, before: str | None, desk: Desk) -> "TypeInChat | Closed | Following | NewPassword":
        if outcome is Outcome.CHANGED:
            last = followed(
                Closed(WordsId("reset.done"), advice=self.advice, state=PromptState.DONE), self.subject, self.grant, before
            )
            return remember(last, self.subject, self.grant, desk) if isinstance(last, Closed) else last
        return replace(self, unconfirmed=outcome is Outcome.UNCONFIRMED, moved=outcome is Outcome.MOVED)
