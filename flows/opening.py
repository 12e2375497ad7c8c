"""Where every conversation starts: what somebody wants, on disk before anything is done, in a turn of its own."""

from typing import Generic, Protocol

from bot.engine.desk import Desk
from bot.model.codec import step
from bot.model.facts import Restarted
from bot.model.prompt import Choose, Option, Wait
from bot.model.reply import Reply
from bot.model.step import Next, Step
from bot.platform.ids import OptionId, WordsId

STAY = Option(OptionId("stay"), WordsId("opening.stay"))
GO = Option(OptionId("go"), WordsId("opening.go"))


class Begins(Protocol[Next]):
    """A wish: what is wanted, and how its conversation begins."""

    @property
    def about(self) -> WordsId:
        """What is wanted, as every page and mail says it."""

    async def begin(self, desk: Desk) -> Next:
        """The first question."""


@step("opening")
class Opening(Generic[Next]):
    """An acknowledged wish is never lost. It holds no word that was typed."""

    wish: Begins[Next]

    @property
    def about(self) -> WordsId:
        """What is wanted."""
        return self.wish.about

    def ask(self) -> Wait:
        """Nothing: the engine looks at once."""
        return Wait("opening", after=0)

    async def look(self, desk: Desk) -> Next:
        """The first question of the wish, once the wish is on disk."""
        return await self.wish.begin(desk)


@step("opening.leave")
class Leave:
    """You are in the middle of something. Leave it for this?"""

    now: Step
    wish: Step

    def ask(self) -> Choose:
        """Stay is preselected: nothing is lost by accident."""
        return Choose("opening.leave", (STAY, GO))

    async def answer(self, reply: Reply, desk: Desk) -> Step:
        """Back to the question, or on to the other wish."""
        if reply.choice == STAY.id:
            return self.now
        desk.turn.note(Restarted(desk.turn.conversation, unbind=False, first=self.wish))
        return self.wish
