"""What people say beside a question and every question must have an answer to: "why?", "is this safe", "the link doesn't work"."""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache

from bot.language.lexicon import lines, plain

LONGEST = 14  # words; whoever says more has a wish, and is heard as such
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|\?")
POLITE = frozenset(
    {"please", "bitte", "ok", "okay", "so", "and", "but", "no", "nein", "um", "er", "und", "aber", "hey", "hi", "?"}
)


class Aside(StrEnum):
    """What every state understands alike."""

    LINK = "link"
    WHERE_CODE = "where_code"
    ANOTHER_ACCOUNT = "another_account"
    BACK = "back"
    SAFE = "safe"
    HOW_LONG = "how_long"
    WHO = "who"
    WHY = "why"
    STATUS = "status"
    THANKS = "thanks"
    HELP = "help"


def aside_in(text: str) -> Aside | None:
    """The first that fits. None: it is an answer, a wish, or nothing that can be said to it."""
    said = WORD.findall(plain(text))
    if len(said) > LONGEST:
        return None
    bare = [word for word in said if word not in POLITE] or said
    return next((aside for aside, alone, phrase in _phrases() if _holds(phrase, bare if alone else said, alone=alone)), None)


@cache
def _phrases() -> tuple[tuple[Aside, bool, tuple[str, ...]], ...]:
    found = []
    for line in lines("asides.txt"):
        name, _, phrases = line.partition(": ")
        for phrase in phrases.split(", "):
            alone = phrase.startswith("= ")
            found.append((Aside(name), alone, tuple(re.findall(r"[^\W_]+(?:'[^\W_]+)*\*?|\?", plain(phrase.removeprefix("= "))))))
    return tuple(found)


def _holds(phrase: Sequence[str], said: Sequence[str], *, alone: bool) -> bool:
    if alone and len(said) != len(phrase):
        return False
    starts = range(len(said) - len(phrase) + 1)
    return any(all(map(_is, phrase, said[start:])) for start in starts)


def _is(word: str, said: str) -> bool:
    return said.startswith(word[:-1]) if word.endswith("*") else said == word
