"""What is no answer to a security question: too short, too easy to know, or one that serves for two. Pure."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import combinations

SHORTEST, LONGEST = 3, 40  # characters of an answer (Entra)
OWN_SHORTEST, OWN_LONGEST = 10, 200  # characters of a question in one's own words (Entra takes 3, which asks nothing)


@dataclass(frozen=True, slots=True)
class Answered:
    """`question`: its name, or empty where none was chosen. `asks`: how it reads, in every language that it can be read in."""

    question: str
    asks: tuple[str, ...]
    answer: str = field(repr=False)
    own: bool = False


def normalised(typed: str) -> str:
    """As it is compared: without regard to case, to blanks and signs that nobody sees, and to how Unicode writes a letter.

    NFKC, case folded, NFKC again, and nothing kept of white space, control and format characters. "ß" is "ss"; "é" isn't "e".
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold())
    return "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) not in {"Cc", "Cf"})


def unfit(rows: Sequence[Answered], names: Collection[str]) -> dict[int, str]:
    """The sentence that says what is wrong with a row, by its number from 1. `names`: the person's and the employer's."""
    called = {normalised(name) for name in names}
    wrong = {number: _alone(row, called) for number, row in enumerate(rows, 1)}
    for (_, first), (later, second) in combinations(enumerate(rows, 1), 2):
        wrong[later] = wrong[later] or _together(first, second)
    return {number: why for number, why in wrong.items() if why}


def _alone(row: Answered, names: Collection[str]) -> str:
    answer = normalised(row.answer)
    if not row.question:
        return "question.unfit.none"
    if row.own and not OWN_SHORTEST <= len(row.asks[0]) <= OWN_LONGEST:
        return "question.unfit.own"
    if len(answer) < SHORTEST or len(row.answer.strip()) > LONGEST:
        return "question.unfit.length"
    if any(answer in (normalised(each) if row.own else _runs(each)) for each in row.asks):
        return "question.unfit.in_question"
    return "question.unfit.name" if answer in names else ""


def _together(first: Answered, second: Answered) -> str:
    asks = {normalised(each) for each in first.asks}
    if first.question and any(normalised(each) in asks for each in second.asks):
        return "question.unfit.twice"
    one, other = normalised(first.answer), normalised(second.answer)
    return "question.unfit.alike" if one.startswith(other) or other.startswith(one) else ""


def _runs(asks: str) -> set[str]:
    """Of a question that isn't their own: its words, and those that follow one another; what merely spells a piece of it is an answer."""
    words = [normalised(word) for word in re.findall(r"\w+", asks)]
    return {"".join(words[at:to]) for at in range(len(words)) for to in range(at + 1, len(words) + 1)}
