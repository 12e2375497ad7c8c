"""One view as Block Kit: plain text throughout, so that nothing that a directory or a person says can become a link or a mention."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from bot.conversation.view import View
from bot.engine.preamble import MARKS, announced, preamble, staged
from bot.engine.understand import options_of
from bot.language.translations import Words
from bot.model.prompt import Chart, Choose, Content, Lines, Option, Qr, Table, Wait
from bot.model.reply import Word
from bot.platform.harmless import harmless
from bot.platform.ids import OptionId
from bot.platform.sentences import Args

Block = dict[str, Any]
SECTION, HEADER, LABEL, TEXT = 3000, 150, 75, 2900  # characters (Slack, "Block Kit reference"); the last: the message's fallback
WHOLE = 12_000  # characters of a message; a little more is refused, though each block is allowed (slackapi/bolt-js #2509)
MOST = 40  # blocks of what is said; 50 with what is pressed
BUTTONS = 5  # that are still read at a glance; more become a menu
BARS = 20  # characters of a bar in a chart
NOT_ME = OptionId(Word.NOT_ME)
OPEN = "open"  # action id of what leads to a page; nothing is to be done when it is pressed


@dataclass(frozen=True)
class Blocks:
    """`base_url` makes links whole."""

    words: Words
    base_url: str

    def view(self, view: View) -> list[Block]:
        """The message of a conversation. Its buttons carry the turn's token."""
        said = [plain(line) for line in preamble(view, self.words)]
        said += self._prompt(view)
        content = view.prompt.content if not isinstance(view.prompt, Wait) or view.prompt.content else None
        said += list(self._content(view, content)) if content else []
        doors = list(self._doors(view))
        pressable = [element for door in doors for element in door["elements"]]
        labels = sum(max(1, len(element.get("options", ()))) for element in pressable)
        return [*_shortened(said, WHOLE - labels * LABEL), *doors]

    def text(self, view: View) -> str:
        """What a notification shows. Slack reads markup there, so all of it is taken out."""
        return bare(announced(view, self.words))

    def remark(self, words: str, args: Args, language: str) -> tuple[str, list[Block]]:
        """Something that is no prompt."""
        return self.told(self.words.say(words, args, language))

    def told(self, text: str) -> tuple[str, list[Block]]:
        """What has been said already."""
        return bare(text), [plain(part) for part in parts(text)]

    def _prompt(self, view: View) -> list[Block]:
        """Which step it is, the heading, and what is said below."""
        prompt = view.prompt
        stage, said = staged(prompt.stage, self.words, view.language), self.words.prompt(prompt.id, prompt.args, view.language)
        head = [{"type": "context", "elements": [letters(stage, HEADER)]}] if stage else []
        return [
            *head,
            {"type": "header", "text": letters(MARKS[prompt.state] + said.title, HEADER)},
            *(plain(part) for paragraph in said.paragraphs for part in parts(paragraph)),
        ]

    def _doors(self, view: View) -> Iterator[Block]:
        if view.closed:
            return
        link = [_link(self.words.say("web.open", (), view.language), self.base_url + view.link)] if view.link else []
        options = options_of(view.prompt) if view.answerable else ()
        if len(options) > BUTTONS:
            if link:
                yield _actions("link", view, link)
            yield _actions("pick", view, [self._menu(options, view.language)])
        elif link or options:
            first = not link and isinstance(view.prompt, Choose)
            yield _actions("pick", view, [*link, *(self._button(o, view.language, n, first) for n, o in enumerate(options))])
        if view.exits:
            yield _actions("exit", view, list(self._exits(view)))

    def _exits(self, view: View) -> Iterator[Block]:
        """Whoever needs "that wasn't me" is in a hurry, so it stands apart."""
        for option in view.exits:
            if option.id == NOT_ME:
                yield self._button(option, view.language, 0, first=False) | {"style": "danger", "action_id": "not_me"}
        rest = [self._choice(o, view.language) for o in view.exits if o.id != NOT_ME]
        yield {"type": "overflow", "action_id": "more", "options": rest}

    def _button(self, option: Option, language: str, number: int, first: bool) -> Block:  # noqa: FBT001 - the first one is meant
        made: Block = {"type": "button", "action_id": f"pick{number}", "value": option.id, "text": self._label(option, language)}
        return made | {"style": "primary"} if first and number == 0 else made

    def _menu(self, options: Sequence[Option], language: str) -> Block:
        hint = letters(self.words.say("chat.pick", (), language), 150)
        return {
            "type": "static_select",
            "action_id": "menu",
            "placeholder": hint,
            "options": [self._choice(o, language) for o in options[:100]],
        }

    def _choice(self, option: Option, language: str) -> Block:
        return {"text": self._label(option, language), "value": option.id}

    def _label(self, option: Option, language: str) -> Block:
        return letters(self.words.label(option, language), LABEL)

    def _content(self, view: View, content: Content) -> Iterator[Block]:
        match content:
            case Lines(lines=lines):
                text = "\n".join(f"• {self._say(view, id, args)}" for id, args in lines)
            case Table(head=head, rows=rows):
                text = table([self._say(view, h) for h in head], rows)
            case Chart(bars=bars):
                text = "\n".join(f"{'█' * round(share / 100 * BARS)} {share:.0f} %  {name}" for name, share in bars)
            case Qr(payload=payload):
                text = payload
            case _:
                assert_never(content)
        yield from (plain(part) for part in parts(text))

    def _say(self, view: View, id: str, args: Args = ()) -> str:
        return self.words.say(id, args, view.language)


def plain(text: str) -> Block:
    """A section in which nothing has a meaning but the letters."""
    return {"type": "section", "text": letters(text, SECTION)}


def parts(text: str) -> list[str]:
    """Long sentences are cut where Slack would refuse them, empty ones aren't sent."""
    return [text[at : at + SECTION] for at in range(0, len(text), SECTION)]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """One line a row; the first cell leads. Chats have no tables that a phone can show."""
    return "\n".join(f"{row[0]}: " + ", ".join(f"{h} {cell}" for h, cell in zip(head[1:], row[1:], strict=True)) for row in rows)


def bare(text: str) -> str:
    """For a place where Slack reads markup: no entity, link, mention or channel is left to read."""
    flat = harmless(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return flat if len(flat) <= TEXT else flat[: TEXT - 1].rpartition("&")[0] + "…"


def letters(text: str, longest: int) -> Block:
    """Cut to so many, counted as JavaScript does, where a picture may be two. Nothing in them has a meaning to Slack."""
    seen = harmless(text).encode("utf-16-le", "replace")
    kept = seen if len(seen) <= 2 * longest else seen[: 2 * (longest - 1)] + "…".encode("utf-16-le")
    return {"type": "plain_text", "text": kept.decode("utf-16-le", "ignore").strip() or "…", "emoji": False}


def _shortened(said: list[Block], room: int) -> list[Block]:
    """What is to be pressed always stands, so what is said may have to end before."""
    kept: list[Block] = []
    for block in said:
        text = (block.get("text") or block["elements"][0])["text"]
        if len(kept) == MOST or room < len(text):
            return [*kept, plain(text[: max(room, 1)].rpartition("\n")[0] + "\n…")]
        kept.append(block)
        room -= len(text)
    return kept


def _link(label: str, url: str) -> Block:
    return {"type": "button", "action_id": OPEN, "text": letters(label, LABEL), "url": url, "style": "primary"}


def _actions(name: str, view: View, elements: list[Block]) -> Block:
    """The token stands in the block's id, where it is carried back with whatever is pressed in it."""
    return {"type": "actions", "block_id": f"{name}:{view.token}", "elements": elements}


def token_of(block_id: str) -> str:
    """Inverse of what `_actions` wrote."""
    return block_id.partition(":")[2]
