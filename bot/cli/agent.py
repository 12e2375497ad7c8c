"""`unlatch agent`: on the server the operator's code for a new one; on the agent's own machine all the rest."""

import asyncio
import platform
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, built, echo
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.settings.agent import AgentSettings

FOUND = 1  # exit code when something fails
app = typer.Typer(help="Writeback agents.", no_args_is_help=True, rich_markup_mode=None)
Own = Annotated[Path, typer.Option("--config", metavar="FILE", help="The agent's own settings and limits.")]
OWN = Path("agent.toml")


@app.command()
def invite(
    directory: Annotated[str | None, typer.Option(help="Which directory of kind agent; the only one where left out.")] = None,
    config: Config = None,
) -> None:
    """On the server: a code for one new agent, good for ten minutes. It is audited as the operator's."""
    asyncio.run(_invited(directory, config))


@app.command()
def enrol(
    *,
    url: Annotated[str, typer.Option(prompt="Address of Unlatch", help="As https://unlatch.example.com.")],
    code: Annotated[str, typer.Option(prompt="Code", help="Left out, it is asked for, and in no list of processes.")],
    name: Annotated[str, typer.Option(help="What admins see it as; else this machine's name.")] = "",
    ca: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CA of the bot's certificate, if the machine doesn't know it.")
    ] = None,
    config: Own = OWN,
) -> None:
    """On the agent's machine: make its keys, and introduce it. It gets nothing until an admin has compared the fingerprint."""
    from bot.app import agent
    from bot.settings.agent import TEMPLATE
    from bot.writeback.enrolment_codes import typed

    try:
        given = typed(code)
    except ValueError:
        raise OperatorError("That isn't a whole code: it has six groups of four letters and digits.") from None
    keys = _own(config).keys if config.exists() else config.absolute().with_name("agent.keys")
    named = re.sub(r"[^\w.-]", "-", name or platform.node() or "agent", flags=re.ASCII)[:64]
    fingerprint = agent.enrol(keys, url, given, named, ca)
    if not config.exists():
        config.write_text(TEMPLATE, encoding="utf-8")
        echo(f"Written: {config}. Fill in [limits] and [directory]; as it stands, it lets nobody be touched.")
    echo(f"Fingerprint: {fingerprint}")
    echo('Now an admin other than the one who asked for the code says "agents" to the bot and compares it.')


@app.command()
def fingerprint(config: Own = OWN) -> None:
    """What an admin compares before this agent is let in."""
    from bot.app import agent

    echo(agent.fingerprint(_own(config)))


@app.command()
def run(config: Own = OWN) -> None:
    """Serve the bot, until told to stop."""
    from bot.app import agent

    asyncio.run(agent.run(_own(config)))


@app.command()
def rotate(config: Own = OWN) -> None:
    """Another key for passwords to be sealed to; the former one opens what is on its way for an hour. Happens by itself each month."""
    from bot.app import agent

    agent.rotate(_own(config))
    echo("The agent has a new key to seal to. A running one says so to the bot within a second.")


@app.command()
def check(config: Own = OWN) -> None:
    """Look at everything this agent needs. Changes nothing; ends with 1 when something fails."""
    if not asyncio.run(_checked(_own(config))):
        raise typer.Exit(FOUND)


async def _checked(own: "AgentSettings") -> bool:
    from bot.app import agent
    from bot.cli.starting import show
    from bot.doctor.finding import Level

    sound = True
    async for finding in agent.check(own):
        show(finding)
        sound = sound and finding.level is not Level.FAIL
    return sound


async def _invited(directory: str | None, config: Path | None) -> None:
    from bot.model.agents import Invitation
    from bot.model.facts import Audited
    from bot.platform.sentences import args
    from bot.writeback.enrolling import LIFETIME
    from bot.writeback.enrolment_codes import code, grouped, handle

    async with built(config) as app:
        named = directory or (app.writeback.served[0] if len(app.writeback.served) == 1 else "")
        if named not in app.writeback.served:
            there = ", ".join(app.writeback.served) or 'none; say [directories.NAME] kind = "agent"'
            raise OperatorError(f"Name the directory with --directory. Reached through agents: {there}.")
        invitation = Invitation(handle(app.world), named, "operator", app.world.now() + LIFETIME)
        await app.store.agents.invite(invitation, Audited("operator:agent:invited", "operator", args(directory=named)))
        shown = grouped(code(app.keys, invitation).reveal())
    echo(f"Code for one agent of {named}, good for ten minutes: {shown}")


def _own(config: Path) -> "AgentSettings":
    from bot.settings.agent import load

    return load(config)
