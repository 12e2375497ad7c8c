"""What the engine may ask of a step: an answer to a person, or a look at what has happened."""

from typing import Protocol, runtime_checkable

from bot.engine.desk import Desk
from bot.model.reply import Reply
from bot.model.step import Step


@runtime_checkable
class Answers(Protocol):
    """A person moves it on."""

    async def answer(self, reply: Reply, desk: Desk) -> Step:
        """What follows. Raises Misstep to ask again, Refuse to end kindly."""


@runtime_checkable
class Looks(Protocol):
    """The world may have moved on without a word: a nudge, a timer, a replica that died in mid-answer.

    May run at any time, any number of times. A step without it is left as it is, or asked again.
    """

    async def look(self, desk: Desk) -> Step:
        """What follows; itself when nothing has happened."""
