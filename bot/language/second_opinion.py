"""A second opinion on what a text wants: a linear model over words and pieces of words, trained beforehand (`make intents`), read here."""

import json
import math
import re
from array import array
from base64 import b85decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.language.lexicon import DATA, plain

FILE = DATA / "second_opinion.json"
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
SHORTEST, LONGEST = 2, 5  # letters of a piece; spaces around a word count, so that beginnings and ends are told from middles
MOST = 80  # words that are read of a text; a wish is shorter
SHOWN = 3  # words that are named as its reasons


@dataclass(frozen=True, slots=True)
class Opinion:
    """How likely each intent is, and the words that spoke most for the likeliest."""

    likely: Mapping[str, float]
    words: tuple[str, ...]

    @property
    def first(self) -> str:
        """The likeliest."""
        return max(self.likely, key=lambda intent: (self.likely[intent], intent))


@dataclass(frozen=True)
class Weights:
    """`rows` has one number for each piece and intent; `scale` makes them what they were before they were rounded to a byte."""

    intents: tuple[str, ...]
    bias: tuple[float, ...]
    scale: float
    places: dict[str, int]
    rarity: tuple[float, ...]
    rows: Sequence[int]

    def opinion(self, text: str) -> Opinion:
        """The same text always gets the same."""
        known = [(piece, self.places[piece]) for piece in pieces(text) if piece in self.places]
        length = math.sqrt(sum(self.rarity[place] ** 2 for _, place in known)) or 1.0
        width = len(self.intents)
        sums = [0] * width
        for _, place in known:
            for number, weight in enumerate(self.rows[place * width : (place + 1) * width]):
                sums[number] += weight
        scores = [bias + self.scale * total / length for bias, total in zip(self.bias, sums, strict=True)]
        highest = max(scores)
        odds = [math.exp(score - highest) for score in scores]
        first = odds.index(max(odds))
        return Opinion(
            {intent: chance / sum(odds) for intent, chance in zip(self.intents, odds, strict=True)}, self._words(known, first)
        )

    def _words(self, known: list[tuple[str, int]], intent: int) -> tuple[str, ...]:
        width = len(self.intents)
        weighed = sorted(((self.rows[place * width + intent], piece) for piece, place in known), reverse=True)
        spoke = [piece for weight, piece in weighed if weight > 0]
        whole = [piece.strip("=^$ ").replace("_", " … ") for piece in spoke if piece.startswith("=")]
        return tuple((whole or spoke)[:SHOWN])


def pieces(text: str) -> tuple[str, ...]:
    """What the model looks at: each word's pieces, the words, and pairs of them beside each other or one apart; each once."""
    words = WORD.findall(plain(text))[:MOST]
    found: dict[str, None] = {}
    for word in dict.fromkeys(words):
        padded = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            found.update(dict.fromkeys(padded[at : at + size] for at in range(len(padded) - size + 1)))
    found.update(dict.fromkeys(f"={word}" for word in words))
    found.update(dict.fromkeys(f"={a} {b}" for a, b in zip(["^", *words], [*words, "$"], strict=True)))
    found.update(dict.fromkeys(f"={a}_{b}" for a, b in zip(words, words[2:], strict=False)))
    return tuple(found)


@cache
def weights() -> Weights:
    """From the data file, once a process."""
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return Weights(
        tuple(read["intents"]),
        tuple(read["bias"]),
        read["scale"],
        {piece: place for place, piece in enumerate(read["pieces"])},
        tuple(number / 10 for number in b85decode(read["rarity"])),
        array("b", b85decode(read["rows"])),
    )
