"""What a prompt shows beside its sentence, as words and numbers that a template can set."""

from dataclasses import dataclass
from typing import Literal, assert_never

from bot.language.translations import Words
from bot.model.prompt import Chart, Content, Lines, Qr, Table


@dataclass(frozen=True, slots=True)
class ContentBox:
    """`kind` says which of the others is filled; the percentages of `bars` are whole numbers from 0 to 100."""

    kind: Literal["lines", "table", "chart", "payload"]
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    bars: tuple[tuple[str, int], ...] = ()
    payload: str = ""


def shown(content: Content | None, words: Words, language: str) -> ContentBox | None:
    """Said in the language of the conversation."""
    match content:
        case None:
            return None
        case Lines(lines=lines):
            return ContentBox("lines", lines=tuple(words.say(id, given, language) for id, given in lines))
        case Table(head=head, rows=rows):
            return ContentBox("table", head=tuple(words.say(id, (), language) for id in head), rows=rows)
        case Chart(bars=bars):
            return ContentBox("chart", bars=tuple((name, max(0, min(100, round(share)))) for name, share in bars))
        case Qr(payload=payload):
            return ContentBox("payload", payload=payload)  # to be copied: whoever reads this page may be on the phone already
        case _:
            assert_never(content)
