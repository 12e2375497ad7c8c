"""What people often ask for and Unlatch can't do, so that it can say so and name who can; and answers that operators have added."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from bot.language.intent import LONGEST
from bot.language.lexicon import lexicon, lines, plain
from bot.language.second_opinion import WORD
from bot.platform.errors import OperatorError

SECRETS = frozenset({"password", "pin", "pass", "key"})
SAID = 300  # letters of an operator's answer
MOST = 200  # answers, and words of one
UNSPACED = "\u2e80"  # from here on scripts put no spaces between words
FORM = 'Each [[answer]] has words = ["...", "..."], sentence = "..." of at most 300 letters, and perhaps link = "https://...".'


class Topic(StrEnum):
    """What isn't ours; `answer.<topic>` is what is said about it."""

    VPN = "vpn"
    PRINTER = "printer"
    GUEST_WIFI = "guest_wifi"
    OUTLOOK = "outlook"
    BITLOCKER = "bitlocker"
    WINDOWS_PIN = "windows_pin"
    OTHER_PASSWORD = "other_password"  # noqa: S105 - the name of a topic
    ABUSE = "abuse"
    NO_MAIL = "no_mail"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An operator's: the first whose `words` are said answers with `sentence`, as plain text."""

    words: tuple[str, ...]
    sentence: str


def topic(text: str) -> Topic | None:
    """The same text always gives the same. None: nothing that is known."""
    if len(text) > LONGEST:
        return Topic.LONG
    said = _padded(text)
    found = [(len(words), of) for words, of in _topics() if (words if words >= UNSPACED else f" {words} ") in said]
    if found:
        return max(found)[1]
    concepts = {m.concept for m in lexicon().read(text)}
    return Topic.OTHER_PASSWORD if "foreign" in concepts and concepts & SECRETS else None


def own_answer(text: str, answers: Sequence[OwnAnswer]) -> OwnAnswer | None:
    """The first in the operator's order that is meant."""
    said = _padded(text[:LONGEST])
    return next((a for a in answers if any(_padded(words) in said for words in a.words)), None)


def read_answers(file: Path | None) -> tuple[OwnAnswer, ...]:
    """Of the operator's file. Raises OperatorError for anything else than what it may hold."""
    if file is None:
        return ()
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as why:
        raise OperatorError(f"{file} can't be read ({why}). {FORM}") from why
    found = written.get("answer")
    if set(written) != {"answer"} or not isinstance(found, list) or len(found) > MOST:
        raise OperatorError(f"{file} isn't a list of answers. {FORM}")
    return tuple(_answer(each, f"{file}, answer {number}") for number, each in enumerate(found, 1))


def _answer(written: object, where: str) -> OwnAnswer:
    match written:
        case {"words": [*words], "sentence": str(sentence), **more} if (
            words and len(words) <= MOST and all(isinstance(w, str) and _padded(w).strip() for w in words)
        ):
            link = more.pop("link", "")
            secure = isinstance(link, str) and (not link or (urlsplit(link).scheme == "https" and urlsplit(link).hostname))
            said = " ".join(f"{sentence} {link}".split())
            if not more and secure and sentence.strip() and len(said) <= SAID and said.isprintable():
                return OwnAnswer(tuple(words), said)
    raise OperatorError(f"{where} can't be used. {FORM}")


@cache
def _topics() -> tuple[tuple[str, Topic], ...]:
    return tuple(_read())


def _read() -> Iterator[tuple[str, Topic]]:
    for line in lines("topics.txt"):
        of, _, words = line.partition(": ")
        yield from ((" ".join(WORD.findall(plain(said))), Topic(of)) for said in words.split(", "))


def _padded(text: str) -> str:
    return f" {' '.join(WORD.findall(plain(text)))} "
