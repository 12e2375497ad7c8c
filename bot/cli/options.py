"""What several commands have in common: the settings they read, and the whole that is built from them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.platform.errors import OperatorError
from bot.platform.harmless import harmless

if TYPE_CHECKING:
    from bot.app import App
    from bot.settings.settings import Settings

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings file; else UNLATCH_CONFIG, ./unlatch.toml, /etc/unlatch."),
]


def settings(config: Path | None) -> "Settings":
    """Read and checked. Raises OperatorError."""
    from bot.settings.source import resolve

    return resolve(config)


@asynccontextmanager
async def built(config: Path | None) -> "AsyncIterator[App]":
    """Everything wired, no loop started. Raises OperatorError, or Unavailable when the database can't be reached."""
    from bot.app import build

    found = settings(config)
    if found.sqlite and not found.sqlite.exists():  # opening it would make an empty one
        raise OperatorError(f"There is no database at {found.sqlite} yet; `unlatch migrate` makes it.")
    app = await build(found)
    try:
        yield app
    finally:
        await app.close()


def echo(text: str, *, err: bool = False, nl: bool = True) -> None:
    """The one way in which commands say something: names in it may be anybody's."""
    typer.echo(harmless(text), err=err, nl=nl)
