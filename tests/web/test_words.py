"""Every sentence that a page can need is in the catalogue, in each language."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.web.error_pages import TOLD
from adapters.web.pages import TEMPLATES
from bot.directory.interfaces import SignIn
from bot.language.translations import LANGUAGES, Words
from bot.model.turn import PAGE, WATCH

WORDS = Words("Contoso Demo", lambda: "")
FILLED = tuple(
    (name, "x")
    for name in (
        "label",
        "digits",
        "met",
        "all",
        "name",
        "seconds",
        "login",
        "agent",
        "case",
        "number",
        "of",
        "password",
        "address",
    )
)
WHOLE = re.compile(r"""["'](web\.[a-z_]+(?:\.[a-z_]+)*)["']""")
# Where a page puts an id together, these are its endings.
FAMILIES: dict[str, list[str]] = {
    "web.place.": [PAGE, WATCH, "demo", "terminal", "case"],
    "web.channel.": ["text", "mail"],
    "web.state.": ["locked", "disabled", "expired", "must_change", "fine", "silent"],
    "web.signed.": [*SignIn, "silent"],
    "web.demo.try.": ["reset", "unlock", "change", "help", "coverage"],
    "web.": ["taken.title", "taken.text", "gone.title", "gone.text"],
    "web.error.": [f"{status}.{part}" for status in TOLD for part in ("title", "text")],
}


def ids() -> Iterator[str]:
    for path in (*TEMPLATES.glob("*.html"), *Path(TEMPLATES.parent).glob("*.py")):
        yield from WHOLE.findall(path.read_text(encoding="utf-8"))
    yield from (family + ending for family, endings in FAMILIES.items() for ending in endings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_at_a_loss_for_words(language: str) -> None:
    needed = set(ids())
    assert len(needed) > 90
    assert [id for id in sorted(needed) if not WORDS.say(id, FILLED, language)] == []
