"""What a person can be asked, type or be shown: closed unions, so that a new kind breaks every adapter's type check at once."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.model.codec import kept
from bot.platform.ids import ChallengeId, ExhibitId, Line, OptionId, WindowId, WordsId
from bot.platform.sentences import Args


@kept("option")
class Option:
    """A button. Its label is a sentence of the catalogue with at most one argument, so that no language freezes in a row."""

    id: OptionId
    label: WordsId
    hint: Line = Line("")

    @property
    def args(self) -> Args:
        """What the label's sentence is filled with."""
        return (("hint", self.hint),) if self.hint else ()


# What may be typed ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code of so many digits, or, with `letters`, of letters and digits as a recovery sheet has them."""

    digits: int = 6
    letters: bool = False


@dataclass(frozen=True, slots=True)
class Password:
    """A password: the one that is in force (`current`), or a new one, which is checked while it is typed."""

    current: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """One line that is no secret: a sign-in name, an address, a number, a fingerprint, what something of theirs is called; a ticket's number, which is no wish."""

    longest: int = 200
    what: Literal["name", "address", "number", "ticket", "fingerprint", "label"] = "name"


@dataclass(frozen=True, slots=True)
class Signature:
    """Nothing is typed: the browser signs for this challenge, or, with `new`, makes a key to sign with from then on."""

    challenge: ChallengeId
    new: bool = False


@dataclass(frozen=True, slots=True)
class SeveralAnswers:
    """Several at once, to questions that the sealed page alone shows; with `new`, the questions are chosen along with them."""

    challenge: ChallengeId
    new: bool = False


Field = Code | Password | Text | Signature | SeveralAnswers


# What may be shown beside the sentence --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lines:
    """A short list of sentences of the catalogue."""

    lines: tuple[tuple[str, Args], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns headed by sentences of the catalogue; cells are data."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Named shares of one whole, in percent."""

    bars: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Qr:
    """Something for a camera. Never holds a secret: a secret to be shown is an exhibit of the sealed page."""

    payload: str


Content = Lines | Table | Chart | Qr


# How it stands --------------------------------------------------------------------------------------------------------


class PromptState(StrEnum):
    """What a prompt says of the matter itself; whether there is anything to do tells its kind."""

    QUESTION = "question"  # nothing is settled yet
    DONE = "done"  # it has happened, and whoever can know has confirmed it
    STOPPED = "stopped"  # it was left, by the person or by time, and nothing has happened
    ERROR = "error"  # it can't be done, or nobody knows whether it was


@kept("stage")
class Stage:
    """Which of how many proofs is asked for, where more than one is, and how many is known for sure."""

    number: int
    of: int


# The five kinds of prompt: `id` names the title, and `id`.body, where there is one, what is said below it -----------------


@dataclass(frozen=True, slots=True)
class Choose:
    """Pick one; the first is preselected."""

    id: str
    options: tuple[Option, ...]
    args: Args = ()
    content: Content | None = None
    exhibit: ExhibitId | None = None  # shown in the sealed window only
    state: PromptState = PromptState.QUESTION
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A question whose answer is typed, in any window."""

    id: str
    field: Code | Text
    args: Args = ()
    options: tuple[Option, ...] = ()
    content: Content | None = None
    exhibit: ExhibitId | None = None  # shown in the sealed window, and typed in the chat: the page has no field for it
    state: PromptState = PromptState.QUESTION
    stage: Stage | None = None
    after: float | None = None  # seconds until the engine looks whether it is still of use


@dataclass(frozen=True, slots=True)
class AskSecret:
    """Typed in the sealed window only; every other window shows the way there."""

    id: str
    field: Field
    args: Args = ()
    options: tuple[Option, ...] = ()
    content: Content | None = None
    exhibit: ExhibitId | None = None  # shown in the sealed window only
    state: PromptState = PromptState.QUESTION
    stage: Stage | None = None
    after: float | None = None  # seconds until the engine looks whether it is still of use


@dataclass(frozen=True, slots=True)
class Wait:
    """The engine looks again when it is nudged, or after so many seconds (0: at once). Its options may be pressed meanwhile."""

    id: str
    args: Args = ()
    options: tuple[Option, ...] = ()
    link: WindowId | None = None
    number: int | None = None  # to be matched on a phone; shown in the sealed window only
    after: float | None = None
    sign_in: ChallengeId | None = None  # met by signing in with the company, from the sealed window only
    content: Content | None = None
    state: PromptState = PromptState.QUESTION
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """The last word: the conversation is over."""

    id: str
    args: Args = ()
    content: Content | None = None
    state: PromptState = PromptState.STOPPED
    stage: Stage | None = None


Prompt = Choose | Ask | AskSecret | Wait | Say
