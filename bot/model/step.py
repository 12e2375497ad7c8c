"""What a step is: where a conversation stands, and what it may say of itself."""

from typing import Protocol, TypeVar, runtime_checkable

from bot.model.prompt import Prompt
from bot.platform.ids import SubjectId


class Step(Protocol):
    """Where a conversation stands. Its fields are all that is kept; what moves it on is in bot/engine/interfaces.py, and without that it is the end."""

    def ask(self) -> Prompt:
        """What the person sees. Pure, and without any vendor's words."""


@runtime_checkable
class Settled(Protocol):
    """What it was about has been done already: whoever leaves hears that, and not that nothing was changed."""

    def settled(self) -> Step:
        """What whoever leaves hears instead: the last word."""


@runtime_checkable
class AboutSomebody(Protocol):
    """A step that is about one account."""

    @property
    def subject(self) -> SubjectId:
        """The account that it is about."""


Next = TypeVar("Next", bound=Step, covariant=True)


@runtime_checkable
class HasPurpose(Protocol):
    """A first step that knows what is wanted."""

    @property
    def about(self) -> str:
        """A sentence of the catalogue."""
