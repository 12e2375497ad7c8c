"""Finds the word that was meant among the words we know: typing errors, words run together, and endings."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

SHORTEST, LONGEST = 4, 32  # letters; in shorter words a changed letter makes another word too easily, longer ones aren't words
LONG = 8  # letters from which a word may have two errors


class Spelling:
    """`words` that come first win when two are as near; `stems` match whatever begins with them; `real` words are no typos."""

    def __init__(self, words: Iterable[str], stems: Iterable[str], real: Iterable[str]) -> None:
        self._words = tuple(dict.fromkeys(words))
        self._known = frozenset(self._words)
        self._stems = frozenset(stems)
        self._real = frozenset(real)
        self._near: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._words):
            if len(word) > SHORTEST:
                for part in _without(word, errors_in(word)):
                    self._near[part].append(number)
        self.meant = lru_cache(maxsize=4096)(self._meant)

    def _meant(self, typed: str) -> tuple[tuple[str, ...], int]:
        """The word or words, and how many letters were wrong. No words: nothing of ours."""
        if typed in self._known:
            return (typed,), 0
        if stem := next((typed[:end] for end in range(len(typed), SHORTEST - 1, -1) if typed[:end] in self._stems), None):
            return (stem + "*",), 0
        if typed in self._real or not SHORTEST <= len(typed) <= LONGEST or typed.isdigit():
            return (), 0
        if near := self._nearest(typed, 1):
            return (near,), 1
        if parts := self._run_together(typed):
            return parts, 0
        far = self._nearest(typed, 2) if len(typed) >= LONG - 1 else None
        return ((far,), 2) if far else ((), 0)

    def _nearest(self, typed: str, errors: int) -> str | None:
        numbers = {number for part in _without(typed, errors) for number in self._near.get(part, ())}
        fits = [
            (distance, word[0] != typed[0], number)
            for number in numbers
            if (word := self._words[number]) and (distance := edits(typed, word)) <= min(errors, errors_in(word))
            if distance == 1 or word[0] == typed[0]
        ]
        return self._words[min(fits)[2]] if fits else None

    def _run_together(self, typed: str, parts: int = 3) -> tuple[str, ...]:
        for end in range(len(typed) - 1, 1, -1):
            first, rest = typed[:end], typed[end:]
            if first not in self._known or len(rest) < 2:  # noqa: PLR2004 - one letter is no word
                continue
            others = (rest,) if rest in self._known else self._run_together(rest, parts - 1) if parts > 2 else ()  # noqa: PLR2004 - two words or three
            if others and max(map(len, (first, *others))) >= SHORTEST:
                return (first, *others)
        return ()


def errors_in(word: str) -> int:
    """How many a word of this length may have."""
    return 2 if len(word) >= LONG else 1


def edits(a: str, b: str) -> int:
    """Letters left out, put in, changed, or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]


def _without(word: str, letters: int) -> set[str]:
    """The word, and what is left of it without one letter, or two: two words that are near have one of these in common."""
    found, last = {word}, {word}
    for _ in range(letters):
        last = {w[:i] + w[i + 1 :] for w in last for i in range(len(w))}
        found |= last
    return found
