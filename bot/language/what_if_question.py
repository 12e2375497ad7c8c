"""Whether somebody asks what other rules would do to everybody, and which rules. Read by phrases, and kept nowhere."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bot.language.lexicon import lines, plain, spellings
from bot.platform.ids import Kind

LONGEST = 20  # words; whoever says more tells a story
FURTHEST = 5  # words of a phrase that may stand anywhere
MOST = 2  # methods that are named; who names more wants the rules page
WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
POLITE = frozenset({"please", "bitte", "ok", "okay", "so", "and", "und", "hey", "hi", "hello", "hallo", "tell", "me"})

Phrases = frozenset[tuple[str, ...]]


class WhatIf(StrEnum):
    """What is supposed."""

    TWO_METHODS = "two_methods"
    WITHOUT = "without"  # some methods
    RETIREMENTS = "retirements"  # what another vendor of self-service takes away


@dataclass(frozen=True, slots=True)
class WhatIfQuestion:
    """`kinds`: which methods would be switched off."""

    what: WhatIf
    kinds: tuple[Kind, ...] = ()


def asked_what_if(text: str) -> WhatIfQuestion | None:
    """None: it's no such question."""
    said = WORD.findall(plain(text))
    while said and said[0] in POLITE:
        said = said[1:]
    if not said or len(said) > LONGEST:
        return None
    phrases = _phrases()
    if tuple(said) in phrases["retirements"]:
        return WhatIfQuestion(WhatIf.RETIREMENTS)
    begun = max((len(phrase) for phrase in phrases["asks"] if tuple(said[: len(phrase)]) == phrase), default=0)
    return _supposed(said[begun:], phrases) if begun else None


def _supposed(said: Sequence[str], phrases: dict[str, Phrases]) -> WhatIfQuestion | None:
    """By whoever makes the rules: what happens "if I switch off my phone" is another matter, and so is a rule for some people."""
    if not _among(said, phrases["we"]) or _for_some(said, phrases):
        return None
    if _among(said, phrases["ask"]) and _among(said, phrases["two"]):
        return WhatIfQuestion(WhatIf.TWO_METHODS)
    named = tuple(Kind(name) for name, words in phrases.items() if name not in GRAMMAR and _among(said, words))
    if _among(said, phrases["off"]) and 0 < len(named) <= MOST:
        return WhatIfQuestion(WhatIf.WITHOUT, named)
    return None


def _for_some(said: Sequence[str], phrases: dict[str, Phrases]) -> bool:
    """Whether something is left to which "for" or "only" may belong, once all is taken away that is understood."""
    known = frozenset().union(*(words for name, words in phrases.items() if name != "narrows"))
    left, at = list[str](), 0
    while at < len(said):
        longest = max((len(part) for part in _parts(said[at : at + FURTHEST], only_first=True) if part in known), default=0)
        left += said[at : at + 1] if not longest else ()
        at += longest or 1
    return any((word,) in phrases["narrows"] for word in left[:-1])


GRAMMAR = frozenset({"asks", "we", "ask", "two", "off", "narrows", "retirements"})  # every other line of the file is a method


def _among(said: Sequence[str], phrases: Phrases) -> bool:
    return any(part in phrases for part in _parts(said))


def _parts(said: Sequence[str], *, only_first: bool = False) -> Iterator[tuple[str, ...]]:
    for start in range(1 if only_first else len(said)):
        for end in range(start + 1, min(len(said), start + FURTHEST) + 1):
            yield tuple(said[start:end])


@cache
def _phrases() -> dict[str, Phrases]:
    found: dict[str, Phrases] = {}
    for line in lines("what_if.txt"):
        name, _, words = line.partition(": ")
        found[name] = found.get(name, frozenset()) | {spelt for phrase in words.split(", ") for spelt in spellings(phrase)}
    return found
