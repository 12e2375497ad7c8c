"""`unlatch letters`: messages that never got there, and a notice sent once more; never an address, and never a code."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, built, echo
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.platform.dead_letters import DeadLetter

app = typer.Typer(help="Messages that never got there.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_(config: Config = None) -> None:
    """Those that are still kept, newest first: number, when, what, by which way, whose account, and why."""
    found = asyncio.run(_dead(config))
    for letter in found:
        echo(_line(letter))
    if not found:
        echo("Every message got there, or is on its way.")


@app.command()
def send_again(
    numbers: Annotated[list[int], typer.Argument(help="As `unlatch letters list` has them.")],
    config: Config = None,
) -> None:
    """Send notices once more. A code, a link or an alarm isn't: it was of use in its own time alone."""
    left = asyncio.run(_sent_again(numbers, config))
    echo(f"On their way again: {len(numbers) - len(left)}.")
    if left:
        raise OperatorError(f"Not sent, since no notice of that number is kept: {', '.join(map(str, left))}.")


def _line(letter: "DeadLetter") -> str:
    died = datetime.fromtimestamp(letter.died, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"{letter.id}  {died}  {letter.kind} ({letter.queue})  {letter.to}  {letter.why}, {letter.tries} tries"


async def _dead(config: Path | None) -> "list[DeadLetter]":
    async with built(config) as services:
        return list(await services.store.jobs.dead())


async def _sent_again(numbers: list[int], config: Path | None) -> list[int]:
    async with built(config) as services:
        return [number for number in numbers if not await services.store.jobs.send_again(number)]
