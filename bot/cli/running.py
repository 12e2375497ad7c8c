"""`unlatch serve`, `demo`, `chat` and `migrate`: what runs, and what must have run before."""

import asyncio
from typing import Annotated

import typer

from bot.cli.options import Config, echo, settings


def add_to(app: typer.Typer) -> None:
    """In the order of the help page."""
    for command in (serve, demo, chat, migrate):
        app.command()(command)


def serve(
    *,
    no_directory: Annotated[
        bool,
        typer.Option("--no-directory", help="Refuse to start with rights on a directory of our own: agents alone hold them."),
    ] = False,
    config: Config = None,
) -> None:
    """Run the service."""
    from bot.app import service
    from bot.platform.process import log_to_stderr

    log_to_stderr()
    found = settings(config)
    if no_directory:
        service.only_agents(found)
    asyncio.run(service.serve(found))


def demo(
    port: Annotated[str, typer.Option(metavar="PORT", help="Where it listens; else UNLATCH_PORT, else 8400.")] = "",
) -> None:
    """A demo company on this machine: data in ./data (UNLATCH_DATA). Reads no settings file."""
    from bot.app import service
    from bot.platform.process import log_to_stderr
    from bot.settings.demo import prepared_demo

    log_to_stderr()
    asyncio.run(service.demo(prepared_demo(port)))


def chat(
    *,
    account: Annotated[str | None, typer.Option("--as", metavar="ACCOUNT", help="Whose chat it is; demo stores only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")] = False,
    config: Config = None,
) -> None:
    """Talk to Unlatch in this terminal."""
    from bot.app import service
    from bot.platform.process import log_to_stderr

    log_to_stderr()
    asyncio.run(service.chat(settings(config), account, as_json))


def migrate(config: Config = None) -> None:
    """Bring the database's tables up to this version."""
    from bot.app import migrate as migrated

    asyncio.run(migrated(settings(config)))
    echo("The tables are up to date.")
