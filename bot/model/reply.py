"""What came back, already understood: the engine matched it to the prompt before a step sees it."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.platform.ids import OptionId
from bot.platform.secret import Secret

Args = tuple[tuple[str, str], ...]


def args(**values: object) -> Args:
    """Arguments of a sentence, kept in order so that equal ones are equal."""
    return tuple((name, str(value)) for name, value in values.items())


class Misstep(Exception):  # noqa: N818 - not an error of ours: the person is asked again
    """Ask again, saying why. Nothing that the turn noted is written, except the refusal itself."""

    def __init__(self, words: str, **values: object) -> None:
        super().__init__(words)
        self.words = words
        self.args_ = args(**values)


class Refuse(Misstep):
    """End kindly."""


class Word(StrEnum):
    """Understood everywhere alike, by the engine; no step ever sees one."""

    CANCEL = "cancel"
    START_OVER = "start_over"
    PERSON = "person"
    ELSEWHERE = "elsewhere"  # continue on another device
    NOT_ME = "not_me"  # a chat's answer to a page that somebody else has opened


@dataclass(frozen=True, slots=True)
class Reply:
    """Exactly one is set."""

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
