"""Fit what came in to what was asked: the only place where a typed secret becomes something else."""

from typing import assert_never

from bot.engine.pasted_codes import code_of_digits, code_of_letters
from bot.language.translations import Words
from bot.model.prompt import Ask, AskSecret, Choose, Code, Option, Prompt, Say, SeveralAnswers, Signature, Text, Wait
from bot.model.reply import Reply, Word
from bot.model.turn import Window
from bot.platform.ids import OptionId
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep

LONGEST_SECRET = 1024  # characters; more is no password, and hashing it would be work for nothing
LONGEST_SENT = 16_384  # characters: of a signature with the certificates that some keys send along; of five questions and answers


class Over(Misstep):
    """There is nothing to answer any more."""


def pressed(prompt: Prompt, option: str) -> Reply:
    """A button, or an always-there word as a button. Raises Misstep for one that isn't there."""
    if option in set(Word):
        return Reply(word=Word(option))
    if any(o.id == option for o in options_of(prompt)):
        return Reply(choice=OptionId(option))
    raise Misstep("engine.pick_one")


def typed(prompt: Prompt, said: Secret, window: Window, words: Words) -> Reply:
    """What a person typed. Raises Misstep when it doesn't fit the question; nothing is used up by that."""
    if window.sealed and isinstance(prompt, AskSecret):
        return _secret(prompt.field, said)  # words never apply to a secret: "cancel" may be a password
    if len(said.reveal()) > LONGEST_SECRET:
        raise Misstep("engine.too_long")
    text = said.reveal().strip()
    if word := words.word(text):
        return Reply(word=word)
    if choice := _option(options_of(prompt), text, words):
        return Reply(choice=choice)
    match prompt:
        case AskSecret():
            raise Misstep("engine.only_on_the_page")
        case Ask(field=field):
            return _secret(field, said)
        case Choose():
            raise Misstep("engine.pick_one")
        case Wait():
            raise Misstep("engine.pick_one" if prompt.options else "engine.please_wait")
        case Say():
            raise Over("engine.over")
        case _:
            assert_never(prompt)


def _secret(field: object, said: Secret) -> Reply:
    value = said.reveal()
    if not value.strip():
        raise Misstep("engine.type_it")
    if len(value) > (LONGEST_SENT if isinstance(field, Signature | SeveralAnswers) else LONGEST_SECRET):
        raise Misstep("engine.too_long")
    match field:
        case Code(letters=True, digits=length):
            return Reply(given=Secret(code_of_letters(value, length)))
        case Code(digits=digits):
            return Reply(given=Secret(code_of_digits(value, digits)))
        case Text(longest=longest):
            if len(value.strip()) > longest:
                raise Misstep("engine.too_long")
            return Reply(text=value.strip())
        case _:
            return Reply(given=said)


def options_of(prompt: Prompt) -> tuple[Option, ...]:
    """The buttons of a prompt; none where nothing can be chosen."""
    return () if isinstance(prompt, Say) else prompt.options


def _option(options: tuple[Option, ...], text: str, words: Words) -> OptionId | None:
    """By id, by label in any language, or by its number in the list."""
    said = text.casefold()
    for number, o in enumerate(options, 1):
        labels = {words.label(o, language).casefold() for language in words.languages}
        if said in {o.id.casefold(), str(number), *labels}:
            return o.id
    return None
