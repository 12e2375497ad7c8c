"""What somebody seems to want, from their own words: concepts and rules that can be read, and no language model."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.language.intent_rules import wishes
from bot.language.lexicon import Meant, lexicon
from bot.language.negation import DOUBTS, Sign, Verdict

LONGEST = 500  # letters; a wish is shorter, and a long text takes long
SURE = 0.8  # from here on it is begun at once
UNSURE = 0.5  # from here on it is asked with buttons; below, nothing was understood
ASK = 0.65  # as sure as this at most, where there are doubts
TYPO = 0.97  # what each wrong letter takes from the confidence
NAME = 2  # words of an account's name
TIE = 0.015  # two wishes as near as this: nobody can tell which is meant


class Intent(StrEnum):
    """What somebody can want of the bot; `flows/menu.py` says for which of these there is a flow."""

    RESET = "reset"
    UNLOCK = "unlock"
    CHANGE = "change"
    REGISTER = "register"
    LOST_PHONE = "lost_phone"
    NEW_PHONE = "new_phone"
    NEW_NUMBER = "new_number"
    COVERAGE = "coverage"
    LINK = "link"
    HELP = "help"
    NOT_ME = "not_me"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Understood:
    """`confidence` 0 to 1; `why`: the words that decided, for an admin; `rivals`: what else it may be, best first."""

    intent: Intent
    confidence: float
    why: str
    rivals: tuple[Intent, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether it can be begun without asking."""
        return self.confidence >= SURE


@dataclass(frozen=True, slots=True)
class _Candidate:
    intent: Intent
    confidence: float
    why: str


def understood(text: str) -> Understood:
    """The wish in a text of any of our languages. The same text always gives the same answer."""
    if len(text) > LONGEST:
        return Understood(Intent.NOTHING, 0.0, "too long for a wish")
    read = lexicon().read(text)
    found = sorted(_candidates(read), key=lambda c: -c.confidence)
    best: dict[Intent, _Candidate] = {}
    for candidate in found:
        best.setdefault(candidate.intent, candidate)
    ranked = [c for c in best.values() if c.confidence >= UNSURE]
    if not ranked or ranked[0].intent is Intent.NOTHING:
        return Understood(Intent.NOTHING, 0.0, found[0].why if found else "no rule holds")
    first, *others = ranked
    rivals = tuple(c.intent for c in others)
    tie = others and first.confidence - others[0].confidence < TIE and first.confidence >= SURE
    return Understood(first.intent, round(0.7 if tie else first.confidence, 2), first.why, rivals)


def _candidates(text: tuple[Meant, ...]) -> Iterator[_Candidate]:
    concepts = frozenset(m.concept for m in text)
    for wish in wishes():
        if way := wish.holds(text, concepts):
            yield from _weighed(Sign(wish, way, text))
    named = text[1:]  # as the desk types it: "help jdoe"
    strange = [m.concept in {"", "address"} for m in named]  # what looks like a typo beside it is a name as well
    if (
        any(strange)
        and text[0].concept == "help"
        and all(s or m.typos for s, m in zip(strange, named, strict=True))
        and len(named) <= NAME
    ):
        yield _Candidate(Intent.HELP, 0.93, "help and a name")


def _weighed(sign: Sign) -> Iterator[_Candidate]:
    found = {verdict: doubt.__name__ for doubt in DOUBTS if (verdict := doubt(sign)) is not Verdict.HOLDS}
    intent, confidence = Intent(sign.wish.intent), sign.wish.weight * TYPO ** sum(m.typos for m in sign.way)
    why = "; ".join([" + ".join(f"{m.concept} ({m.words})" for m in sign.way), *found.values()])
    if Verdict.GONE in found:
        yield _Candidate(intent, 0.0, why)
    elif Verdict.ANOTHERS in found:  # the desk is meant, or what was said
        yield _Candidate(Intent.HELP, ASK, why)
        yield _Candidate(intent, min(confidence, ASK - 0.05), why)
    else:
        yield _Candidate(intent, min(confidence, ASK) if found else confidence, why)
