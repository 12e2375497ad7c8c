"""Banned passwords: normalise, compare and score, as Microsoft publishes it for Entra Password Protection (concept-password-ban-bad)."""

import gzip
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

COMMON = Path(__file__).parent / "data" / "common.txt.gz"
ENOUGH = 5  # points: one for each banned term, one for each character beside them

# The published page names 0, 1, $ and @ as examples. Since 1 and ! also stand for i, all of them and i count as l.
_SUBSTITUTES = str.maketrans("01$@3457i!", "olsaeastll")
_BETWEEN_NAMES = re.compile(r"[\W_]+")


def normalise(text: str) -> str:
    """Lower case, without accents, with the usual substitutions undone. To compare with, not to be shown."""
    letters = (c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", "".join(letters)).translate(_SUBSTITUTES)


def names_in(words: Iterable[str]) -> frozenset[str]:
    """The single names of which full names, sign-in names and company names are made."""
    return frozenset(part for word in words for part in _BETWEEN_NAMES.split(word.casefold()) if part)


def made_of(text: str, names: Iterable[str], least: int) -> bool:
    """Whether a name of at least `least` letters stands in the text. A hard no, not a matter of points (Entra's own example)."""
    plain = normalise(text)
    return any(len(name) >= least and normalise(name) in plain for name in names)


@dataclass(frozen=True, slots=True)
class Banned:
    """`terms` are normalised; made by `banned`."""

    terms: frozenset[str]
    _lengths: tuple[int, ...] = field(init=False, repr=False)
    _letters: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lengths", tuple(sorted({len(term) for term in self.terms})))
        object.__setattr__(self, "_letters", "".join(sorted(set().union(*self.terms))))

    def refuses(self, text: str) -> bool:
        """Too few points, or one edit away from a banned term as a whole.

        Only as a whole: inside a longer password a fuzzy match would eat its neighbours, and the published example
        `ContoS0Bl@nkf9!`, accepted there, would fall.
        """
        return self.score(text) < ENOUGH

    def score(self, text: str) -> int:
        """Points: one if all of it is one edit away from a banned term, else as many as it has terms and characters beside them."""
        plain = normalise(text)
        return min(1, len(plain)) if self._near(plain) else self._points(plain)

    def _points(self, plain: str) -> int:
        best = list(range(len(plain) + 1))  # best[n]: the fewest points that the first n characters can be worth
        for end in range(1, len(plain) + 1):
            starts = (end - length for length in self._lengths if length <= end)
            best[end] = 1 + min([best[end - 1], *(best[start] for start in starts if plain[start:end] in self.terms)])
        return best[-1]

    def _near(self, plain: str) -> bool:
        longest = self._lengths[-1] if self._lengths else 0
        return len(plain) <= longest + 1 and any(edit in self.terms for edit in _edits(plain, self._letters))


def _edits(text: str, letters: str) -> Iterator[str]:
    """Everything one deletion, replacement or insertion away, and the text itself."""
    yield text
    for at in range(len(text) + 1):
        head, tail = text[:at], text[at:]
        yield head + tail[1:]
        for letter in letters:
            yield head + letter + tail
            yield head + letter + tail[1:]


@lru_cache(maxsize=4)  # the policy's terms seldom change, and to prepare the list takes milliseconds
def banned(own: tuple[str, ...] = ()) -> Banned:
    """The list that comes with Unlatch and the organisation's own terms."""
    return Banned(_common() | {plain for term in own if (plain := normalise(term))})


@cache
def _common() -> frozenset[str]:
    with gzip.open(COMMON, "rt", encoding="utf-8") as lines:
        return frozenset(normalise(line.rstrip("\n")) for line in lines)
