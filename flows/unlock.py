"""My account is locked: prove who you are, and the lock comes off. No new password, and a page only where the policy asks for one."""

from bot.accounts.interfaces import Outcome
from bot.conversation.closed import Closed
from bot.directory.interfaces import State
from bot.engine.desk import Desk
from bot.identity.methods.registry import on_page_alone
from bot.model.codec import kept, step
from bot.model.facts import Restarted
from bot.model.prompt import Choose, Option, PromptState, Wait
from bot.model.reply import Reply
from bot.model.step import Step
from bot.platform.ids import Action, CaseId, GrantId, Line, OptionId, SubjectId, WordsId
from bot.platform.sentences import args
from flows.cause import cause
from flows.link import TypeInChat, remember
from flows.opening import Begins, Opening
from flows.page import Paged, open_page
from flows.verify import Proving, prove

TRY = Option(OptionId("try"), WordsId("unlock.try_again"))
NEW = Option(OptionId("new"), WordsId("unlock.new_password"))
DONE = Option(OptionId("done"), WordsId("unlock.leave_it"))


@kept("unlock")
class Unlock:
    """The lock off; `instead`: what is begun when there is none, and something else is in the way."""

    subject: SubjectId
    case: CaseId | None = None
    instead: Begins[Step] | None = None
    action = Action.UNLOCK
    about = WordsId("about.unlock")

    async def begin(self, desk: Desk) -> "Paged[Proving[Unlocking]]":
        """Its code may be typed in a chat that is linked to this very account, unless the policy says never, or they have none."""
        here = desk.turn.party.subject is not None and self.case is None and await desk.identity.in_chat(self.action)
        codes = here and await desk.identity.could(self.subject, self.action, without=on_page_alone())
        return await prove(self, desk) if codes else await open_page(self, desk)

    async def offers(self, desk: Desk) -> tuple[Option, ...]:
        """As a reset's, when a page is asked for."""
        return await desk.identity.offers(self.subject, self.action)

    async def opened(self, choice: OptionId | None, desk: Desk) -> "Proving[Unlocking]":
        """Bound; now prove."""
        return await prove(self, desk, choice)

    async def granted(self, grant: GrantId, desk: Desk) -> "Unlocking":
        """An effect has a step of its own: a grant can be spent only once it is on disk."""
        return Unlocking(self.subject, grant, self.instead)


@step("unlock.now")
class Unlocking:
    """One moment: the lock is being taken off. `again`: once more, since nobody heard the end of the first time."""

    subject: SubjectId
    grant: GrantId
    instead: Begins[Step] | None = None
    again: bool = False

    def ask(self) -> Wait:
        """Nothing: the engine looks at once."""
        return Wait("unlock.now", after=0)

    async def look(self, desk: Desk) -> "TypeInChat | Closed | NotLocked | Unconfirmed":
        """The lock off, unless there is none: then what else it may be."""
        outcome = await desk.accounts.became(self.grant)
        if outcome is None or (self.again and outcome is Outcome.UNCONFIRMED):
            state = await desk.accounts.state(self.subject)
            if not state.locked:
                return _told(Outcome.MOVED, self.subject, self.grant, desk) if self.again else self._nothing_to_do(state)
            outcome = await desk.accounts.unlock(self.grant, self.subject)
        return _told(outcome, self.subject, self.grant, desk)

    def _nothing_to_do(self, state: State) -> "Closed | NotLocked":
        words, since = _why(state)
        return NotLocked(self.subject, words, since, self.instead) if self.instead else Closed(words, since)


def _told(outcome: Outcome, subject: SubjectId, grant: GrantId, desk: Desk) -> "TypeInChat | Closed | Unconfirmed":
    """A lock that is off is told as off, also where a new password or an admin may have been first."""
    if outcome in (Outcome.CHANGED, Outcome.MOVED):
        return remember(Closed(WordsId("unlock.done"), state=PromptState.DONE), subject, grant, desk)
    return Unconfirmed(subject, grant)


def _why(state: State) -> tuple[WordsId, Line]:
    why, since = cause(state)
    if why == "fine" and not state.tells_locks:
        why = "untold"
    return WordsId(f"unlock.not_locked.{why}"), since


@step("unlock.not_locked")
class NotLocked:
    """You aren't locked, but something else may be in the way. A new password?"""

    subject: SubjectId
    words: WordsId
    since: Line
    instead: Begins[Step]

    def ask(self) -> Choose:
        """A proof for an unlock never resets, so the new password begins anew."""
        return Choose(self.words, (NEW, DONE), args(hint=self.since))

    async def answer(self, reply: Reply, desk: Desk) -> "Opening[Step] | Closed":
        """The other wish, or the end."""
        if reply.choice == DONE.id:
            return Closed(WordsId("unlock.nothing_done"))
        first = Opening(self.instead)
        desk.turn.note(Restarted(desk.turn.conversation, unbind=False, first=first))
        return first


@step("unlock.unconfirmed")
class Unconfirmed:
    """The directory didn't answer. Shall I try again?"""

    subject: SubjectId
    grant: GrantId

    def ask(self) -> Choose:
        """Unknown outcomes are said to be unknown."""
        return Choose("unlock.unconfirmed", (TRY,), state=PromptState.ERROR)

    async def answer(self, reply: Reply, desk: Desk) -> Unlocking:
        """Nothing was confirmed, so the grant is usable again. In a step of its own: whoever dies in it is looked after."""
        return Unlocking(self.subject, self.grant, again=True)

    async def look(self, desk: Desk) -> "TypeInChat | Closed | Unconfirmed":
        """What the watch has seen meanwhile."""
        return _told(await desk.accounts.became(self.grant) or Outcome.UNCONFIRMED, self.subject, self.grant, desk)
