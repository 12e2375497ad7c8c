"""What every chat says above a question, as sentences: what went before, who has the page open, and where the answer belongs."""

from datetime import UTC, datetime

from bot.conversation.view import View
from bot.language.translations import Words
from bot.model.prompt import AskSecret


def preamble(view: View, words: Words) -> list[str]:
    """The lines to show above a question, in the view's language."""
    lines = [words.say(view.notice.words, view.notice.args, view.language)] if view.notice else []
    if view.opened and not view.closed:
        at = datetime.fromtimestamp(view.opened.at, UTC).strftime("%H:%M UTC")
        lines.append(words.say("page.opened", (("browser", view.opened.label), ("at", at)), view.language))
    if isinstance(view.prompt, AskSecret) and not view.answerable and view.link:
        lines.append(words.say("chat.on_the_page", (), view.language))
    return lines
