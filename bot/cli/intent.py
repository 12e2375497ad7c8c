"""`unlatch intent`: what the bot understands of phrases, so that an admin can try them."""

import json
import sys

import typer

from bot.cli.options import echo


def add_to(app: typer.Typer) -> None:
    """Adds the command `unlatch intent`, at the end of the help page."""
    app.command()(intent)


def intent() -> None:
    """Read phrases, one a line, and print what is understood of each as a JSON object. Nothing is begun or kept."""
    from bot.language.intent import understood

    for line in sys.stdin:
        if text := line.strip():
            found = understood(text)
            said = {"text": text, "intent": found.intent, "confidence": found.confidence, "why": found.why}
            echo(json.dumps(said, ensure_ascii=False))
