"""How a prompt looks in a terminal: plain text for people, one JSON object a line for scripts."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import assert_never

from bot.conversation.view import View
from bot.engine.preamble import MARKS, staged
from bot.engine.understand import options_of
from bot.language.translations import Wording, Words
from bot.model.prompt import Ask, AskSecret, Chart, Choose, Content, Lines, Prompt, Qr, Say, Table, Wait
from bot.platform.harmless import harmless
from bot.platform.sentences import Args


@dataclass(frozen=True)
class Render:
    """`base_url` makes links whole; `as_json` is for scripts."""

    words: Words
    base_url: str
    language: str
    as_json: bool = False

    def view(self, view: View) -> str:
        """One prompt."""
        prompt, link = view.prompt, self.base_url + view.link if view.link else None
        said = self.words.prompt(prompt.id, prompt.args, self.language)
        options = [(o.id, self.words.label(o, self.language)) for o in options_of(prompt)]
        if self.as_json:
            return harmless(self._object(view, said, options, link))
        stage = staged(prompt.stage, self.words, self.language)
        head = [*self._notices(view), *([stage] if stage else []), MARKS[prompt.state] + said.title]
        lines = [*head, *said.paragraphs, *self._content(prompt), *(f"  {n}) {label}" for n, (_, label) in enumerate(options, 1))]
        return harmless("\n".join([*lines, *([f"  → {link}"] if link else [])]) + "\n")

    def _object(self, view: View, said: Wording, options: Sequence[tuple[str, str]], link: str | None) -> str:
        """`text` is all that is said, in one; `title` and `body` are the prompt's own part of it."""
        prompt = view.prompt
        told: dict[str, object] = {"kind": kind_of(prompt), "id": prompt.id, "state": prompt.state}
        told["step"] = asdict(prompt.stage) if prompt.stage else None
        told |= {"title": said.title, "body": said.body}
        told["text"] = "\n".join([*self._notices(view), said.text, *self._content(prompt)])
        told["options"] = [{"id": id, "label": label} for id, label in options]
        return json.dumps(told | {"link": link}, ensure_ascii=False)

    def remark(self, words: str) -> str:
        """Something that is no prompt."""
        said = self.words.prompt(words, (), self.language)
        if not self.as_json:
            return harmless(said.text + "\n")
        told = {
            "kind": "say",
            "id": words,
            "state": None,
            "step": None,
            "title": said.title,
            "body": said.body,
            "text": said.text,
        }
        return harmless(json.dumps(told | {"options": [], "link": None}, ensure_ascii=False))

    def _notices(self, view: View) -> list[str]:
        lines = [self._say(view.notice.words, view.notice.args)] if view.notice else []
        if view.opened and not view.closed:
            at = datetime.fromtimestamp(view.opened.at).astimezone().strftime("%H:%M")
            lines.append(self._say("page.opened", (("browser", view.opened.label), ("at", at))))
        return lines

    def _content(self, prompt: Prompt) -> list[str]:
        return self._shown(prompt.content) if prompt.content else []

    def _shown(self, content: Content) -> list[str]:
        match content:
            case Lines(lines=lines):
                return [f"  • {self._say(id, args)}" for id, args in lines]
            case Table(head=head, rows=rows):
                return ["  " + " | ".join(self._say(h) for h in head), *("  " + " | ".join(row) for row in rows)]
            case Chart(bars=bars):
                return [f"  {name}: {percent:.0f} %" for name, percent in bars]
            case Qr(payload=payload):
                return [f"  {payload}"]
            case _:
                assert_never(content)

    def _say(self, id: str, args: Args = ()) -> str:
        return self.words.say(id, args, self.language)


def kind_of(prompt: Prompt) -> str:
    """The name of a prompt's kind in the JSON protocol."""
    match prompt:
        case Choose():
            return "choose"
        case Ask():
            return "ask"
        case AskSecret():
            return "ask_secret"
        case Wait():
            return "wait"
        case Say():
            return "say"
        case _:
            assert_never(prompt)
