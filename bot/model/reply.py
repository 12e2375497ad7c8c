"""What came back, already understood: the engine matched it to the prompt before a step sees it."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.platform.ids import OptionId
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep


class Word(StrEnum):
    """Understood everywhere alike, by the engine; no step ever sees one."""

    CANCEL = "cancel"
    START_OVER = "start_over"
    PERSON = "person"
    ELSEWHERE = "elsewhere"  # continue on another device
    NOT_ME = "not_me"  # a chat's answer to a page that somebody else has opened


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answered: of these four, exactly one is set."""

    choice: OptionId | None = None
    text: str | None = field(default=None, repr=False)
    given: Secret | None = None
    word: Word | None = None

    @property
    def secret(self) -> Secret:
        """The secret that was asked for. Raises Misstep when something else came."""
        if self.given is None:
            raise Misstep("engine.type_it")
        return self.given
