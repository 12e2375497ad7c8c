"""The rules by which concepts make a wish, as read from data/wishes.txt, and where in a text one of them holds."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from bot.language.lexicon import Meant, lines

NEAR, SOON = 11, 5  # words between two concepts: in any order, and one after the other
MOST = 50  # ways to hold that are compared; a text that says the same over and over has very many
AROUND = frozenset(
    {
        "filler",
        "want",
        "my",
        "me",
        "us",
        "help",
        "already",
        "obtain",
        "for",
        "to",
        "thanks",
        "how",
        "can",
        "if",
        "since",
        "because",
        "and",
        "ask",
        "have",
    }
)
RULE = re.compile(r"(?P<intent>\w+) (?P<weight>[\d.]+)(?P<only> only)?: (?P<parts>[^!]+)(?:! (?P<never>.+))?")


@dataclass(frozen=True)
class IntentRule:
    """One rule. `soon[n]`: its part n+1 must follow part n; `only`: the text says nothing else; `never`: not with one of these."""

    intent: str
    weight: float
    parts: tuple[frozenset[str], ...]
    soon: tuple[bool, ...]
    never: frozenset[str]
    only: bool

    def holds(self, text: Sequence[Meant], concepts: frozenset[str]) -> tuple[Meant, ...]:
        """The words that make it hold; none: it doesn't."""
        if concepts & self.never or not all(part & concepts for part in self.parts):
            return ()
        if self.only and not all(m.concept in AROUND or any(m.concept in part for part in self.parts) for m in text):
            return ()
        return min(islice(self._ways(text, ()), MOST), key=_span, default=())

    def _ways(self, text: Sequence[Meant], so_far: tuple[Meant, ...]) -> Iterator[tuple[Meant, ...]]:
        number = len(so_far)
        if number == len(self.parts):
            yield so_far
            return
        for meant in text:
            if meant.concept in self.parts[number] and meant not in so_far and self._fits(so_far, meant):
                yield from self._ways(text, (*so_far, meant))

    def _fits(self, so_far: tuple[Meant, ...], meant: Meant) -> bool:
        if not so_far:
            return True
        apart = meant.place - so_far[-1].place
        return 0 < apart <= SOON if self.soon[len(so_far) - 1] else abs(apart) <= NEAR


def _span(way: tuple[Meant, ...]) -> int:
    places = [meant.place for meant in way]
    return max(places) - min(places)


@cache
def wishes() -> tuple[IntentRule, ...]:
    """All rules, from the data file, once a process. Raises ValueError for a line that isn't one."""
    return tuple(_rule(line) for line in lines("wishes.txt"))


def _rule(line: str) -> IntentRule:
    if not (found := RULE.fullmatch(line)):
        raise ValueError(line)
    words = found["parts"].split()
    return IntentRule(
        found["intent"],
        float(found["weight"]),
        tuple(frozenset(part.split("|")) | ({"didnt"} if "neg" in part.split("|") else set()) for part in words[::2]),
        tuple(sign == ">" for sign in words[1::2]),
        frozenset((found["never"] or "").split("|")) - {""},
        bool(found["only"]),
    )
