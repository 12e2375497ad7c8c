"""Who are you? A stranger's sign-in name, with the same words for everybody and nobody."""

from typing import Generic, Protocol

from bot.engine.desk import Desk
from bot.model.codec import step
from bot.model.prompt import Ask, AskSecret, Text
from bot.model.reply import Reply
from bot.model.step import Next
from bot.platform.ids import SubjectId
from bot.platform.sentences import Misstep


class Finder(Protocol[Next]):
    """Who needs to know, and what comes when a name was given."""

    async def found(self, subject: SubjectId, desk: Desk) -> Next:
        """The account, or a decoy."""


@step("find.self")
class WhoAreYou(Generic[Next]):
    """What is the name that you sign in with?"""

    caller: Finder[Next]
    on_page: bool = False  # a vendor's chat has no business with it

    def ask(self) -> Ask | AskSecret:
        """A name is no secret."""
        return AskSecret("find.self", Text(120)) if self.on_page else Ask("find.self", Text(120))

    async def answer(self, reply: Reply, desk: Desk) -> Next:
        """Whatever was typed, the dialog goes on."""
        if not reply.text:
            raise Misstep("engine.type_it")
        return await self.caller.found(await desk.people.visitor(reply.text), desk)
