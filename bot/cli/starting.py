"""`unlatch init`, `doctor` and `version`: setting a machine up, and finding out what it lacks."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, echo, settings
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.doctor.finding import Finding

FOUND = 1  # exit code when something fails
Given = Annotated[str | None, typer.Option(help="Answers this question beforehand.")]


def add_to(app: typer.Typer) -> None:
    """In the order of the help page."""
    for command in (init, doctor, version):
        app.command()(command)


def init(
    *,
    config: Annotated[Path, typer.Option(metavar="FILE", help="The settings file to write.")] = Path("unlatch.toml"),
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take what is given, else the defaults.")] = False,
    base_url: Given = None,
    company: Given = None,
    languages: Given = None,
    database: Given = None,
    roles_admin: Given = None,
    roles_helpdesk: Given = None,
    smtp_host: Given = None,
    smtp_from: Given = None,
) -> None:
    """Write a settings file, and the key ring beside it. Nothing is written over."""
    from bot.settings.init import begin, questions, write

    begin(config)
    given = (base_url, company, languages, database, roles_admin, roles_helpdesk, smtp_host, smtp_from)
    answers = {
        question.setting: (question.default if yes else typer.prompt(question.text, default=question.default))
        if said is None
        else said
        for question, said in zip(questions(), given, strict=True)
    }
    ring = write(config, answers)
    echo(f"Written: {config}, and the key ring {ring}. Keep a copy of the ring apart from the data: without it nothing opens.")
    echo("Next: unlatch migrate, unlatch account import FILE (your people), unlatch doctor, unlatch serve.")


def doctor(part: Annotated[str, typer.Argument(help="One section of the settings alone.")] = "", config: Config = None) -> None:
    """Look at everything this machine needs. Changes nothing; ends with 1 when something fails."""
    if not asyncio.run(_examined(config, part)):
        raise typer.Exit(FOUND)


async def _examined(config: Path | None, part: str) -> bool:
    from bot.app import site, vendors
    from bot.doctor.examine import examine
    from bot.doctor.finding import Level, fail
    from bot.platform.clock import World

    try:
        found = settings(config)
    except OperatorError as mend:
        for sentence in str(mend).splitlines():
            show(fail(sentence, ""))
        return False
    sound = True
    seen = vendors(found, part) if part else examine(found, site, World(), vendors)
    looked = False
    async for finding in seen:
        looked = True
        show(finding)
        sound = sound and finding.level is not Level.FAIL
    if not looked:
        raise OperatorError(f"Nothing is configured that is called {part}; the sections of the settings are the names.")
    return sound


def show(finding: "Finding") -> None:
    """One finding, and its mend."""
    echo(f"{finding.level:<5}{finding.sentence}" + (f"\n     → {finding.remedy}" if finding.remedy else ""))


def version() -> None:
    """The version of Unlatch."""
    from importlib import metadata

    try:
        echo(metadata.version("unlatch"))
    except metadata.PackageNotFoundError:
        raise OperatorError("Unlatch isn't installed as a package here; `make setup` does that.") from None
