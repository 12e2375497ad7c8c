"""`unlatch manifest`: what an admin uploads to a vendor."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import echo
from bot.platform.errors import OperatorError

app = typer.Typer(help="What is uploaded to Slack or to Teams.", no_args_is_help=True, rich_markup_mode=None)
Url = Annotated[str, typer.Option("--url", help="Address that people reach Unlatch at, as https://unlatch.example.com.")]


@app.callback()
def group() -> None:
    """What is uploaded to Slack or to Teams."""


@app.command()
def slack(
    *,
    url: Url,
    name: Annotated[str, typer.Option(help="What the app is called there; people search for what they need.")] = "Password Help",
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode: Slack calls nobody.")] = False,
    several: Annotated[bool, typer.Option("--several", help="To be installed into several workspaces, by OAuth.")] = False,
) -> None:
    """Print the manifest of the Slack app, in YAML."""
    from bot.app.manifests import slack as made
    from bot.settings.settings import origin

    try:
        echo(made(origin(url), name, socket=socket, several=several), nl=False)
    except ValueError as wrong:
        raise OperatorError(f"--url or --name: {wrong}") from None


@app.command()
def teams(
    *,
    url: Url,
    app_id: Annotated[str, typer.Option("--app-id", help="Application (client) id of the bot's registration.")],
    name: Annotated[str, typer.Option(help="What the app is called there; people search for what they need.")] = "Password Help",
    out: Annotated[Path, typer.Option(help="The file that is written.")] = Path("unlatch-teams.zip"),
) -> None:
    """Write the package of the Teams app: its manifest and icons, in a zip."""
    from bot.app.manifests import teams as made
    from bot.settings.settings import origin

    try:
        out.write_bytes(made(origin(url), app_id, name))
    except ValueError as wrong:
        raise OperatorError(f"--url, --app-id or --name: {wrong}") from None
    except OSError as no:
        raise OperatorError(f"{out} can't be written: {no.strerror}.") from None
    echo(f"Written: {out}. Upload it in the Teams admin center, Manage apps.")
