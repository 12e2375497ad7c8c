"""One view as a card: every sentence said, every button named. Pure, and without any markup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, assert_never

from adapters.web.content import ContentBox, shown
from bot.conversation.view import View
from bot.engine.preamble import staged
from bot.language.translations import Words
from bot.model.prompt import (
    Ask,
    AskSecret,
    Choose,
    Code,
    Field,
    Option,
    Password,
    PromptState,
    Say,
    SeveralAnswers,
    Signature,
    Text,
    Wait,
)
from bot.platform.sentences import Args

KNOWN = {
    "name": "username",
    "address": "email",
    "number": "tel",
    "ticket": "off",
    "fingerprint": "off",
    "label": "off",
}  # likewise, by browsers
CURRENT, NEW = "current-password", "new-password"  # what password managers know the two by
ROW = "row"  # such an argument of a remark is about the answer of that number
PASTED = 300  # characters: the whole message that a code came in


@dataclass(frozen=True, slots=True)
class Button:
    """`value` is the option's id."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Box:
    """One field to type in. `autocomplete` is the HTML standard's name for what goes in; `longest` counts characters."""

    label: str
    kind: Literal["code", "password", "text"]
    autocomplete: str
    longest: int

    @property
    def fresh(self) -> bool:
        """A new password: it has rules, and may be suggested."""
        return self.autocomplete == NEW


@dataclass(frozen=True, slots=True)
class Card:
    """What is on the screen. `box` and `options` are only there when they may be used in this window."""

    title: str
    turn: int
    token: str
    body: tuple[str, ...] = ()  # paragraphs
    mark: str = ""  # the state's name, as its picture and its colour are called; empty: a question, which needs none
    state: str = ""  # the same as a word
    stage: str = ""
    notice: str = ""
    rows: Mapping[int, str] = field(default_factory=dict)  # what is wrong about the first of several answers, and the others
    box: Box | None = None
    options: tuple[Button, ...] = ()
    exits: tuple[Button, ...] = ()
    content: ContentBox | None = None
    number: str = ""
    link: str | None = None
    waiting: bool = False  # nothing has to be done here
    sign_in: bool = False  # but to go to the company's sign-in
    busy: bool = False
    closed: bool = False


def card(view: View, words: Words) -> Card:
    """What this window shows."""
    prompt, language = view.prompt, view.language
    box: Box | None = None
    content: ContentBox | None = None
    number = ""
    match prompt:
        case Choose():
            content = shown(prompt.content, words, language)
        case AskSecret():
            box = _box(prompt.field, words, language) if view.answerable else None
            content = shown(prompt.content, words, language)
        case Ask():
            box = _box(prompt.field, words, language) if view.answerable and prompt.exhibit is None else None
            content = shown(prompt.content, words, language)
        case Wait():
            number = str(prompt.number) if prompt.number is not None else ""
            content = shown(prompt.content, words, language)
        case Say():
            content = shown(prompt.content, words, language)
        case _:
            assert_never(prompt)
    said = words.prompt(prompt.id, prompt.args, language)
    mark = "" if prompt.state is PromptState.QUESTION else prompt.state.value
    return Card(
        title=said.title,
        turn=view.turn,
        token=view.token,
        body=tuple(said.paragraphs),
        mark=mark,
        state=words.say(f"prompt.{mark}", (), language) if mark else "",
        stage=staged(prompt.stage, words, language),
        notice=words.say(view.notice.words, view.notice.args, language) if view.notice else "",
        rows=_rows(view.notice.args, words, language) if view.notice else {},
        box=box,
        options=() if isinstance(prompt, Say) or not view.answerable else buttons(prompt.options, words, language),
        exits=buttons(view.exits, words, language),
        content=content,
        number=number,
        link=view.link,
        waiting=isinstance(prompt, Wait) and not prompt.sign_in,
        sign_in=isinstance(prompt, Wait) and bool(prompt.sign_in),
        busy=view.busy,
        closed=view.closed,
    )


def buttons(options: Sequence[Option], words: Words, language: str) -> tuple[Button, ...]:
    """In the order of the engine, which puts the best first."""
    return tuple(Button(o.id, words.label(o, language)) for o in options)


def _rows(args: Args, words: Words, language: str) -> Mapping[int, str]:
    named = ((name.removeprefix(ROW), said) for name, said in args if name.startswith(ROW))
    return {int(number): words.say(said, (), language) for number, said in named}


def _box(field: Field, words: Words, language: str) -> Box | None:
    match field:
        case Code(letters=True):
            return Box(words.say("web.field.sheet_code", (), language), "text", "off", PASTED)
        case Code(digits=digits):
            return Box(words.say("web.field.code", (("digits", str(digits)),), language), "code", "one-time-code", PASTED)
        case Password(current=True):
            return Box(words.say("web.field.current_password", (), language), "password", CURRENT, 1024)
        case Password():
            return Box(words.say("web.field.new_password", (), language), "password", NEW, 1024)
        case Text(longest=longest, what=what):
            return Box(words.say(f"web.field.{what}", (), language), "text", KNOWN[what], longest)
        case Signature() | SeveralAnswers():
            return None  # the browser is asked, and not the person; the page shows the questions
        case _:
            assert_never(field)
