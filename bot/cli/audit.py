"""`unlatch audit`: whether somebody was at the chain of audit rows, and the rows themselves as JSON Lines."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import Config, built, echo, settings
from bot.platform.errors import OperatorError

FOUND = 1  # exit code when something is wrong
app = typer.Typer(help="The chain of audit rows.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def verify(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Archived or exported files, instead of the database.")
    ] = None,
    checkpoints: Annotated[Path | None, typer.Option(metavar="FILE", help="Checkpoints kept outside the database.")] = None,
    archive: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Where archived files are now.")] = None,
    bundle: Annotated[Path | None, typer.Option(metavar="FILE", help="A case's bundle instead, without the database.")] = None,
    config: Config = None,
) -> None:
    """Find rows that were changed, taken out or moved, and signed sets that aren't as they tell; with checkpoints also a tail that was cut.

    Archived files are looked at first, then the live rest in the database. Ends with 1 if something is wrong.
    """
    if bundle:
        if not _bundle_verified(bundle, checkpoints, config):
            raise typer.Exit(FOUND)
        return
    if not asyncio.run(_verified(files or [], checkpoints, archive, config)):
        raise typer.Exit(FOUND)


@app.command()
def export(config: Config = None, after: Annotated[int, typer.Option(help="Only rows behind this number.")] = 0) -> None:
    """All rows that are in the database, one JSON object a line, oldest first."""
    asyncio.run(_exported(config, after))


@app.command()
def renew(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="account, policy or agents, as `audit verify` says.")],
    owner: Annotated[str, typer.Argument(metavar="[ACCOUNT]", help="Of an account: directory:id.")] = "",
    config: Config = None,
) -> None:
    """Take off all rows of a signed set that somebody wrote by hand; its owner begins anew, by registering or `unlatch policy apply`."""
    count = asyncio.run(_renewed(kind, owner, config))
    echo(f"{count} rows were taken off; {kind} {owner}".rstrip() + " is empty, and signed.")


async def _renewed(kind: str, owner: str, config: Path | None) -> int:
    from bot.platform.set_seals import SetKind, SetName

    if kind not in list(SetKind) or bool(owner) != (kind == SetKind.ACCOUNT):
        raise OperatorError("Say `account DIRECTORY:ID`, `policy` or `agents`, as `unlatch audit verify` names them.")
    async with built(config) as app:
        return await app.store.survey.renew(SetName(SetKind(kind), owner))


@app.command()
def archive(
    config: Config = None,
    days: Annotated[int | None, typer.Option(help="Rows older than so many days; else as [retention] audit says.")] = None,
) -> None:
    """Move old rows into signed files. The night's work does it by itself, where [retention] audit isn't 0."""
    asyncio.run(_archived(config, days))


async def _verified(given: list[Path], checkpoints: Path | None, folder: Path | None, config: Path | None) -> bool:
    from bot.audit.looking import Look, genuine_of
    from bot.audit.set_record import SetRecord
    from bot.platform.keyring import Keys

    found = settings(config)
    ring, path = partial(Keys.load, found.keys.ring_file), checkpoints or found.checkpoints
    wrong: list[str] = []
    # Before the rows: a row that is written meanwhile must not look like a tail that was cut.
    genuine = genuine_of(path, ring, wrong) if checkpoints or path.exists() else []
    look = Look(ring, genuine)
    if given:
        look.files(given)
        wrong += look.wrong()
    else:
        async with built(config) as app:
            record = SetRecord((await app.store.audit.head())[0])
            sets = [each async for each in app.store.survey.all()]
            look = await Look(ring, genuine, record.see).whole(app.store.audit, folder or found.archive)
        wrong += [*look.wrong(), *record.wrong(sets, genuine, look.unseen)]
    for sentence in wrong:
        echo(sentence)
    if not wrong:
        echo(f"{look.said()}, {len(genuine)} checkpoints: nothing was changed, taken out, moved or cut.")
    return not wrong


def _bundle_verified(file: Path, checkpoints: Path | None, config: Path | None) -> bool:
    """With checkpoints from elsewhere, or the ones of the settings where they are at hand."""
    from bot.audit.bundle import read_bundle
    from bot.audit.case_rows import CaseRows
    from bot.audit.looking import genuine_of
    from bot.cli.case import said
    from bot.platform.keyring import Keys

    found = settings(config)
    ring, path = partial(Keys.load, found.keys.ring_file), checkpoints or found.checkpoints
    try:
        bundle = read_bundle(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as odd:
        raise OperatorError(f"{file} can't be read as the bundle of a case: {odd}.") from None
    wrong: list[str] = []
    marks = genuine_of(path, ring, wrong) if checkpoints or path.exists() else []
    for sentence in (wrong := [*wrong, *bundle.wrong(ring(), marks)]):
        echo(sentence)
    if wrong:
        return False
    about = CaseRows(bundle.case)
    for row in bundle.rows:
        about.see(row)
    for line in said(about.rows):
        echo(line)
    echo(
        f"{len(bundle.rows)} rows up to a signed checkpoint, {len(about.rows)} of them about {bundle.case}: nothing was changed, taken out or moved."
    )
    return True


async def _exported(config: Path | None, after: int) -> None:
    from bot.audit.chain import exported
    from bot.model.facts import Audited

    async with built(config) as app:
        await app.store.audit.write(Audited("operator:audit:exported", "operator"))
        async for row in app.store.audit.rows(after):
            echo(exported(row))


async def _archived(config: Path | None, days: int | None) -> None:
    async with built(config) as app:
        if (kept := app.settings.retention.audit if days is None else days) == 0 and days is None:
            raise OperatorError("[retention] audit is 0: nothing is archived by itself. Say --days.")
        end = await app.archive.move(kept)
    echo(f"Rows 1 to {end.count} are in {app.settings.archive}." if end.count else "No row is so old.")
