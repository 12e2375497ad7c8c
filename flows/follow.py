"""A new password is in force where it was set; a second directory may follow a little later: seen here, or by bot/notify/sync_watch.py."""

from dataclasses import replace

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.model.codec import step
from bot.model.prompt import PromptState, Wait
from bot.notify.sync_watch import already_told
from bot.platform.ids import GrantId, Line, SubjectId, WordsId
from bot.platform.sentences import Misstep

PAUSE, LOOKS = 5.0, 12  # seconds between two looks, and how many: about a minute
BOTH, SOON = WordsId("reset.followed"), WordsId("reset.follows_soon")
UNSEEN = Line("")  # nobody knows what the second directory said before


def followed(last: Closed, subject: SubjectId, grant: GrantId, before: str | None) -> "Closed | Following":
    """The last word, unless a second directory follows; `before`: its mark before the new password, None: none follows."""
    if before is None:
        return last
    return Following(subject, Line(before), last.advice, grant=grant) if before else replace(last, words=SOON)


async def unseen(subject: SubjectId, desk: Desk) -> Line | None:
    """For a step that finds a password set by one that died: whether a second directory follows, its mark being lost."""
    try:
        return None if await desk.accounts.following(subject) is None else UNSEEN
    except Misstep:  # silent: the new password is in force all the same
        return UNSEEN


@step("reset.follows")
class Following:
    """Has the other directory followed?"""

    subject: SubjectId
    before: Line  # the second directory's own mark, compared for inequality
    advice: tuple[WordsId, ...] = ()
    left: int = LOOKS
    grant: GrantId = GrantId("")

    def settled(self) -> Closed:
        """Whoever leaves has a new password, and hears of the rest by a notice."""
        return Closed(SOON, advice=self.advice, state=PromptState.DONE)

    def ask(self) -> Wait:
        """What is done is said at once."""
        return Wait("reset.follows", after=PAUSE, state=PromptState.DONE)

    async def look(self, desk: Desk) -> "Closed | Following":
        """Both, or one of them and what to expect. One that is silent hasn't followed yet."""
        try:
            there = await desk.accounts.following(self.subject)
        except Misstep:
            there = None
        if there is not None and there != self.before:
            desk.turn.note(*already_told(self.subject, self.grant))
            return Closed(BOTH, advice=self.advice, state=PromptState.DONE)
        if self.left <= 1:
            return Closed(SOON, advice=self.advice, state=PromptState.DONE)
        return replace(self, left=self.left - 1)
