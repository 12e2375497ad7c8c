"""Turns a text into concepts: which of its words mean a password, a phone, a loss, a colleague (bot/language/data)."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.language.spelling import Spelling

DATA = Path(__file__).parent / "data"
MOST = 80  # words that are read of a text; a wish is shorter
TOKEN = re.compile(r"\S+@\S+|https?://\S+|[^\W_]+(?:'[^\W_]+)*|[.!?\n]+|[,;:]+")
PAUSES = {".": 3, "!": 3, "?": 3, "\n": 3, ",": 1, ";": 1, ":": 1}  # as many words lie between two parts of a sentence


@dataclass(frozen=True, slots=True)
class Meant:
    """One or several words of a text. `concept` "" : none of ours. `place` counts words, and pauses as some more."""

    place: int
    words: str
    concept: str
    typos: int = 0


@dataclass(frozen=True)
class Lexicon:
    """`concepts`: what words mean, longest phrase first."""

    concepts: dict[tuple[str, ...], str]
    spelling: Spelling
    longest: dict[str, int]

    def read(self, text: str) -> tuple[Meant, ...]:
        """The text as concepts, in order."""
        words = self._words(text)
        found, at = [], 0
        while at < len(words):
            end = min(len(words), at + self.longest.get(words[at].words, 1))
            while end > at + 1 and tuple(w.words for w in words[at:end]) not in self.concepts:
                end -= 1
            part = words[at:end]
            concept = part[0].concept or self.concepts.get(tuple(w.words for w in part), "")
            found.append(Meant(part[0].place, " ".join(w.words for w in part), concept, sum(w.typos for w in part)))
            at = end
        return tuple(found)

    def _words(self, text: str) -> list[Meant]:
        words: list[Meant] = []
        place = 0
        for token in TOKEN.findall(plain(text)):
            if token[0] in PAUSES:
                place += PAUSES[token[0]]
            elif "://" not in token:
                words += self._word(token, place)
                place = words[-1].place + 1
            if len(words) >= MOST:
                break
        return words

    def _word(self, token: str, place: int) -> Iterator[Meant]:
        if "@" in token:
            yield Meant(place, token, "address")
            return
        meant, typos = self.spelling.meant(token.replace("'", ""))
        whose = token.endswith("'s") and (not meant or typos)
        if whose and not (self.spelling.meant(token[:-2])[0]):
            yield Meant(place, token, "other")  # Peter's
            return
        for number, word in enumerate(meant or (token.replace("'", ""),)):
            yield Meant(place + number, word, "", typos)


def plain(text: str) -> str:
    """Small letters without accents, one kind of apostrophe, no letter more than twice in a row."""
    small = unicodedata.normalize("NFKD", text.casefold())
    small = "".join(c for c in small if not unicodedata.combining(c))
    small = re.sub("[\u2018\u2019\u00b4`\u02bc]", "'", small)
    return re.sub(r"([a-z])\1{2,}", r"\1\1", small)


def spellings(words: str) -> set[tuple[str, ...]]:
    """Umlauts as plain letters, and as they are written without them."""
    return {tuple(plain(w).split()) for w in (words, words.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"))}


def lines(name: str) -> Iterator[str]:
    """The lines of a data file that say something."""
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


@cache
def lexicon() -> Lexicon:
    """From the data files, once a process."""
    concepts: dict[tuple[str, ...], str] = {}
    for name in ("concepts.txt", "things.txt"):
        for line in lines(name):
            concept, _, words = line.partition(": ")
            for word in words.split(", "):
                for spelt in spellings(word):
                    concepts.setdefault(spelt, concept)
    stems = {phrase[-1][:-1] for phrase in concepts if phrase[-1].endswith("*")}
    longest: dict[str, int] = defaultdict(int)
    for phrase in concepts:
        longest[phrase[0]] = max(longest[phrase[0]], len(phrase))
    real = (word for line in lines("ordinary.txt") for word in plain(line).split())
    known = (word for phrase in concepts for word in phrase if not word.endswith("*"))
    return Lexicon(concepts, Spelling(known, stems, real), longest)
