"""`unlatch intent`: what the bot understands of phrases, so that an admin can try them and score it."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import echo
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.language.scoring import Score, Wanted

HEAD = f"{'':24}{'phrases':>8}{'at once':>9}{'reached':>9}{'precision':>11}{'false asks':>12}{'mean cost':>11}"


def add_to(app: typer.Typer) -> None:
    """Adds the command `unlatch intent`, at the end of the help page."""
    app.command()(intent)


def intent(
    score: Annotated[
        Path | None, typer.Option(help="Score phrases with known wishes instead: a .jsonl file with text, accept, want and lang.")
    ] = None,
) -> None:
    """Read phrases, one a line, and print what is understood of each as a JSON object. Nothing is begun or kept."""
    if score:
        _score(score)
        return
    from bot.language.decision import decide

    for line in sys.stdin:
        if text := line.strip():
            found = decide(text)
            said = {"text": text, "intent": found.intent, "confidence": found.confidence, "why": found.why}
            echo(json.dumps(said | {"would": found.would, "options": found.options}, ensure_ascii=False))


def _score(file: Path) -> None:
    from bot.language.scoring import judge, tables

    echo(HEAD)
    for name, reached in tables(map(judge, _wanted(file))).items():
        echo(_line(name, reached))


def _line(name: str, score: "Score") -> str:
    shares = f"{score.at_once:9.3f}{score.reached:9.3f}{score.precise:11.3f}{score.false_asks:12.3f}{score.cost:11.3f}"
    return f"{name:24}{score.phrases:8}{shares}"


def _wanted(file: Path) -> Iterator["Wanted"]:
    from bot.language.scoring import WANTS, Wanted

    for number, line in enumerate(_lines(file), 1):
        try:
            row = json.loads(line)
            accept, want = frozenset(row["accept"]), row["want"]
            WANTS[want]
            yield Wanted(row["text"], accept, want, row.get("lang", "?"), row.get("intent", min(accept)))
        except (ValueError, LookupError, TypeError) as why:
            raise OperatorError(
                f'{file}, line {number}: each line is {{"text": "...", "accept": ["reset"], "want": "act"}}, and this one isn\'t.'
            ) from why


def _lines(file: Path) -> Iterable[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except OSError as why:
        raise OperatorError(f"{file} can't be read: {why.strerror}. Name a file of phrases.") from why
