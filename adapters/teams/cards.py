"""One view as an Adaptive Card 1.5: rich text throughout, in which nothing that a directory or a person says can become markup."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from bot.conversation.view import View
from bot.engine.preamble import MARKS, announced, preamble, staged
from bot.engine.understand import options_of
from bot.language.translations import Words
from bot.model.prompt import Ask, Chart, Choose, Code, Content, Lines, Option, PromptState, Qr, Table
from bot.model.reply import Word
from bot.platform.harmless import harmless
from bot.platform.ids import OptionId
from bot.platform.sentences import Args

Card = dict[str, Any]
VERSION = "1.5"  # the newest that Teams shows everywhere
BUTTONS = 2  # of a row: their labels are sentences, and a phone is narrow
MOST = 40  # options; what is chosen from has far fewer
LONGEST = 12_000  # bytes of a card's sentences: a message has at most 28 KB with all that is around them
AROUND = 90  # bytes around each
LABEL, SUMMARY = 80, 400
BARS = 20  # characters of a bar in a chart
NOT_ME = OptionId(Word.NOT_ME)
PICK = "pick"  # the verb: what is done when it is pressed
SAID = "said"  # the field's id
COLOURS = {PromptState.DONE: "good", PromptState.ERROR: "attention"}  # beside the mark, never instead of it
MARKUP = re.compile(r"([\\`*_~\[\]<>#|])")


@dataclass(frozen=True)
class Cards:
    """`base_url` makes links whole."""

    words: Words
    base_url: str

    def view(self, view: View) -> Card:
        """The message of a conversation. Its buttons carry the turn's token."""
        return card([*self._said(view), *self._doors(view)], self._fallback(view))

    def dialog(self, view: View) -> Card:
        """The question with a field of its own; or, where nothing is to be typed here (any more), what stands there now.

        Its other buttons stay on the message below: a dialog knows no `Action.Execute`.
        """
        doors = self._field(view) if fillable(view) else self._way(view)
        return card([*self._said(view), *doors], self._fallback(view))

    def summary(self, view: View) -> str:
        """What a notification shows."""
        return short(announced(view, self.words), SUMMARY)

    def remark(self, words: str, args: Args, language: str) -> tuple[str, Card]:
        """Something that is no prompt."""
        return self.told(self.words.say(words, args, language))

    def told(self, text: str) -> tuple[str, Card]:
        """What has been said already."""
        return short(text, SUMMARY), card([plain(line) for line in kept([text])], escaped(text))

    def _said(self, view: View) -> list[Card]:
        told = [plain(line) for line in kept(preamble(view, self.words))]
        prompt, stage = view.prompt, staged(view.prompt.stage, self.words, view.language)
        said = self.words.prompt(prompt.id, prompt.args, view.language)
        told += [plain(stage, soft=True)] if stage else []
        told += [heading(said.title, prompt.state), *(plain(line) for line in kept([said.body]))]
        return told + [plain(line) for line in kept(self._content(view))]

    def _doors(self, view: View) -> Iterator[Card]:
        if view.closed:
            return
        yield from self._way(view)
        if fillable(view):
            yield _row([_opens(self._say(view, "chat.type_here"), view.token)])
        if view.answerable:
            first = not view.link and isinstance(view.prompt, Choose)
            made = [self._button(view, o, first=first and n == 0) for n, o in enumerate(options_of(view.prompt)[:MOST])]
            yield from (_row(made[at : at + BUTTONS]) for at in range(0, len(made), BUTTONS))
        if view.exits:
            yield from self._exits(view)

    def _way(self, view: View) -> Iterator[Card]:
        """To the sealed page."""
        if view.link and not view.closed:
            yield _row([_link(self.words.say("web.open", (), view.language), self.base_url + view.link)])

    def _field(self, view: View) -> Iterator[Card]:
        """What may be typed into the chat may be typed here as well."""
        if isinstance(view.prompt, Ask):
            field = view.prompt.field
            longest = 2 * field.digits if isinstance(field, Code) else field.longest
            yield {"type": "Input.Text", "id": SAID, "maxLength": longest, "label": self._say(view, "chat.type_here")}
            yield _row([_submit(self._say(view, "web.continue"), {"token": view.token})])

    def _exits(self, view: View) -> Iterator[Card]:
        """Whoever needs "that wasn't me" is in a hurry, so it stands apart; the others are behind the dots."""
        apart = [self._button(view, o, first=False) | {"style": "destructive"} for o in view.exits if o.id == NOT_ME]
        rest = [self._button(view, o, first=False) | {"mode": "secondary"} for o in view.exits if o.id != NOT_ME]
        yield _row([*apart, *rest])

    def _button(self, view: View, option: Option, *, first: bool) -> Card:
        made = _execute(self.words.label(option, view.language), PICK, {"token": view.token, "option": option.id})
        return made | {"style": "positive"} if first else made

    def _content(self, view: View) -> list[str]:
        content: Content | None = view.prompt.content
        match content:
            case None:
                return []
            case Lines(lines=lines):
                return [f"• {self._say(view, id, args)}" for id, args in lines]
            case Table(head=head, rows=rows):
                return table([self._say(view, h) for h in head], rows)
            case Chart(bars=bars):
                return [f"{'█' * round(share / 100 * BARS)} {share:.0f} %  {name}" for name, share in bars]
            case Qr(payload=payload):
                return [payload]
            case _:
                assert_never(content)

    def _fallback(self, view: View) -> str:
        """For a client that can't show cards: there the link is all that can be pressed."""
        link = f"\n\n{self.base_url}{view.link}" if view.link and not view.closed else ""
        return escaped(self.summary(view)) + link

    def _say(self, view: View, id: str, args: Args = ()) -> str:
        return self.words.say(id, args, view.language)


def fillable(view: View) -> bool:
    """Whether something may be typed there. A field holds the whole message up for whoever only reads it, so it has a dialog."""
    return isinstance(view.prompt, Ask) and view.answerable and not view.closed


def card(body: Sequence[Card], fallback: str) -> Card:
    """Whole."""
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": VERSION,
        "fallbackText": fallback,
        "body": list(body),
    }


def heading(title: str, state: PromptState) -> Card:
    """Only this element can be a heading to a screen reader. It reads Markdown, and a title of ours holds nothing from outside."""
    made = {"type": "TextBlock", "text": escaped(MARKS[state] + title), "style": "heading", "size": "large", "weight": "bolder"}
    return made | {"wrap": True, "color": COLOURS.get(state, "default")}


def plain(text: str, *, soft: bool = False) -> Card:
    """One line in which nothing has a meaning but the letters: a text run knows no Markdown ("TextRun", Adaptive Cards 1.5)."""
    run: Card = {
        "type": "TextRun",
        "text": harmless(text).replace("{{", "{\u200b{") or " ",
    }  # the one thing it knows is {{DATE(…)}}
    return {"type": "RichTextBlock", "inlines": [run | {"isSubtle": True} if soft else run]}


def kept(lines: Sequence[str]) -> list[str]:
    """A run breaks no lines, so each has one of its own; what would be too much for a message is left out, and that is shown."""
    found, length = list[str](), 0
    for line in (part for text in lines for part in text.split("\n") if part.strip()):
        length += len(json.dumps(line)) + AROUND
        if length > LONGEST:
            return [*found, "…"]
        found.append(line)
    return found


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """One line a row; the first cell leads. A phone shows no columns."""
    return [f"{row[0]}: " + ", ".join(f"{h} {cell}" for h, cell in zip(head[1:], row[1:], strict=True)) for row in rows]


def escaped(text: str) -> str:
    """For the one place where a client reads Markdown."""
    return MARKUP.sub(r"\\\1", harmless(text))


def short(text: str, longest: int) -> str:
    """Cut, visibly."""
    seen = harmless(text)
    return seen if len(seen) <= longest else seen[: longest - 1] + "…"


def _row(actions: list[Card]) -> Card:
    return {"type": "ActionSet", "actions": actions}


def _execute(label: str, verb: str, data: Mapping[str, str]) -> Card:
    return {"type": "Action.Execute", "title": short(label, LABEL), "verb": verb, "data": dict(data)}


def _opens(label: str, token: str) -> Card:
    """A dialog, which Teams fetches from us (Microsoft, "Use dialogs with bots")."""
    return _submit(label, {"msteams": {"type": "task/fetch"}, "token": token})


def _submit(label: str, data: Mapping[str, Any]) -> Card:
    return {"type": "Action.Submit", "title": short(label, LABEL), "data": dict(data), "style": "positive"}


def _link(label: str, url: str) -> Card:
    return {"type": "Action.OpenUrl", "title": short(label, LABEL), "url": url, "style": "positive"}
