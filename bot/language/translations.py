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


class MissingWordsError(KeyError):
    """No catalogue has this id; a test walks all ids, so a person never meets it."""


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
        """The sentence, filled in. Raises MissingWordsError."""
        chosen = self.best([language])
        text = _catalogue(chosen).gettext(id)
        if text == id:
            raise MissingWordsError(id)
        contact = self.contact() or _catalogue(chosen).gettext("contact.unset")
        return text.format_map({"company": self.company, "contact": contact, **dict(args)})

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
