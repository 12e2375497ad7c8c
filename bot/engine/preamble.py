"""What every chat says above a question, as sentences, and how it marks what has come of the matter."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.conversation.view import View
from bot.language.translations import Words
from bot.model.prompt import AskSecret, PromptState, Stage
from bot.platform.sentences import args

# Before a title, where there is neither colour nor picture. Each has a name that screen readers say.
MARKS: Mapping[PromptState, str] = {
    PromptState.QUESTION: "",
    PromptState.DONE: "✓ ",
    PromptState.STOPPED: "■ ",
    PromptState.ERROR: "⚠ ",
}


def preamble(view: View, words: Words) -> list[str]:
    """What went before, who has the page open, and where the answer belongs; in the view's language."""
    lines = [words.say(view.notice.words, view.notice.args, view.language)] if view.notice else []
    if view.opened and not view.closed:
        at = datetime.fromtimestamp(view.opened.at, UTC).strftime("%H:%M UTC")
        lines.append(words.say("page.opened", (("browser", view.opened.label), ("at", at)), view.language))
    if isinstance(view.prompt, AskSecret) and not view.answerable and view.link:
        lines.append(words.say("chat.on_the_page", (), view.language))
    return lines


def staged(stage: Stage | None, words: Words, language: str) -> str:
    """As "Proof 1 of 2"; empty where that isn't known, or there is only one."""
    return words.say("prompt.stage", args(number=stage.number, of=stage.of), language) if stage else ""


def announced(view: View, words: Words) -> str:
    """All of it in one line, as a notification has it."""
    prompt = view.prompt
    said = words.say(prompt.id, prompt.args, view.language)
    parts = (*preamble(view, words), staged(prompt.stage, words, view.language), MARKS[prompt.state] + said)
    return " ".join(part for part in parts if part)
