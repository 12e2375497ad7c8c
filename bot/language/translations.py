"""Sentences: message ids in the core, languages in the catalogues (gettext), and names of the house filled in everywhere."""

import gettext
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.language.language_choice import chosen_language
from bot.model.prompt import Option
from bot.model.reply import Word
from bot.platform.sentences import Args

CATALOGUES = Path(__file__).parent.parent / "locale"
LANGUAGES = ("en", "de")
ENDS = ("?", "!", "…", ".", ":")  # a title has no full stop of its own


NAMES = "_id"  # an argument called so names another sentence, which stands in its place


class _Filled(dict[str, str]):
    """What a sentence is filled with; one that stands in another has no arguments of its own, and shows so."""

    def __missing__(self, name: str) -> str:
        return "…"


class MissingWordsError(KeyError):
    """No catalogue has this id; a test walks all ids, so a person never meets it."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A prompt in somebody's language: a heading of its own, and what is said below it, if anything is."""

    title: str
    body: str = ""

    @property
    def text(self) -> str:
        """Both as running text, for where there are no headings."""
        if not self.body:
            return self.title
        return f"{self.title}{'' if self.title.endswith(ENDS) else '.'} {self.body}"

    @property
    def paragraphs(self) -> list[str]:
        """The body's."""
        return self.body.split("\n\n") if self.body else []


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("unlatch", CATALOGUES, [language])


@dataclass(frozen=True)
class Words:
    """Every sentence may name the {company} and the helpdesk's {contact}, which the policy gives and may change at any time."""

    company: str
    contact: Callable[[], str]
    languages: tuple[str, ...] = LANGUAGES

    def say(self, id: str, args: Args = (), language: str = "en") -> str:
        """The sentence, filled in; a prompt's title and body in one go. Raises MissingWordsError."""
        return self.prompt(id, args, language).text

    def prompt(self, id: str, args: Args = (), language: str = "en") -> Wording:
        """The title that `id` names, and what is said below it. Raises MissingWordsError."""
        chosen = self.best([language])
        written = _catalogue(chosen)
        title, body = (written.gettext(part) for part in (id, f"{id}.body"))
        if title == id:
            raise MissingWordsError(id)
        contact = self.contact() or written.gettext("contact.unset")
        values = {"company": self.company, "contact": contact, **dict(args)}
        named = {name.removesuffix(NAMES): written.gettext(id) for name, id in args if name.endswith(NAMES)}
        values |= {name: said.format_map(_Filled(values)) for name, said in named.items()}
        return Wording(title.format_map(values), "" if body == f"{id}.body" else body.format_map(values))

    def label(self, option: Option, language: str = "en") -> str:
        """What stands on the button of an option, in this language."""
        return self.say(option.label, option.args, language)

    def best(self, wanted: Sequence[str]) -> str:
        """The language for whoever wants to read these, best first."""
        return chosen_language(wanted, self.languages)

    def word(self, typed: str) -> Word | None:
        """The always-there words, in every language: cancel, start over, a person."""
        said = typed.strip().casefold().rstrip("!.?")
        for language in self.languages:
            for word in Word:
                if said in self.say(f"word.{word}", (), language).casefold().split("|"):
                    return word
        return None
