"""`unlatch keys`: the key ring."""

import asyncio
from pathlib import Path

import typer

from bot.cli.options import Config, built, echo

app = typer.Typer(help="The key ring.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def group() -> None:
    """The key ring."""


@app.command()
def rotate(config: Config = None) -> None:
    """Add a key, make it the current one, and seal all rows with it. Older keys stay, to open and to verify."""
    asyncio.run(_rotated(config))


async def _rotated(config: Path | None) -> None:
    from bot.model.facts import Audited
    from bot.platform.keyring import Keys
    from bot.platform.sentences import args

    async with built(config) as app:  # first: a database that can't be reached must not cost a key
        keys = Keys.rotate(app.settings.keys.ring_file)
        await app.store.audit.write(Audited("operator:keys:rotated", "operator", args(key=keys.current)))
        count = await app.store.reseal(keys)
    echo(f"{keys.current} is the current key now, and {count} rows are sealed with it. Keep a copy of the ring.")
