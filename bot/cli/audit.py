"""`unlatch audit`: whether somebody was at the chain of audit rows, and the rows themselves as JSON Lines."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, built, settings
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.audit.chain import AuditEntry, Verifier
    from bot.audit.checkpoints import Checkpoint
    from bot.platform.keyring import Keys

FOUND = 1  # exit code when something is wrong
app = typer.Typer(help="The chain of audit rows.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def verify(
    exported: Annotated[
        Path | None, typer.Argument(metavar="[EXPORT]", help="An exported file, instead of the database.")
    ] = None,
    checkpoints: Annotated[Path | None, typer.Option(metavar="FILE", help="Checkpoints kept outside the database.")] = None,
    config: Config = None,
) -> None:
    """Find rows that were changed, taken out or moved, and signed sets that aren't as they tell; with checkpoints also a tail that was cut.

    Ends with 1 if so.
    """
    if not asyncio.run(_verified(exported, checkpoints, config)):
        raise typer.Exit(FOUND)


@app.command()
def export(config: Config = None, after: Annotated[int, typer.Option(help="Only rows behind this number.")] = 0) -> None:
    """All rows, one JSON object a line, oldest first."""
    asyncio.run(_exported(config, after))


@app.command()
def renew(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="account, policy or agents, as `audit verify` says.")],
    owner: Annotated[str, typer.Argument(metavar="[ACCOUNT]", help="Of an account: directory:id.")] = "",
    config: Config = None,
) -> None:
    """Take off all rows of a signed set that somebody wrote by hand; its owner begins anew, by registering or `unlatch policy apply`."""
    count = asyncio.run(_renewed(kind, owner, config))
    typer.echo(f"{count} rows were taken off; {kind} {owner}".rstrip() + " is empty, and signed.")


async def _renewed(kind: str, owner: str, config: Path | None) -> int:
    from bot.platform.set_seals import SetKind, SetName

    if kind not in list(SetKind) or bool(owner) != (kind == SetKind.ACCOUNT):
        raise OperatorError("Say `account DIRECTORY:ID`, `policy` or `agents`, as `unlatch audit verify` names them.")
    async with built(config) as app:
        return await app.store.survey.renew(SetName(SetKind(kind), owner))


async def _verified(file: Path | None, checkpoints: Path | None, config: Path | None) -> bool:
    from bot.audit.chain import Verifier
    from bot.platform.keyring import Keys

    found = settings(config)
    path = checkpoints or found.checkpoints
    wrong: list[str] = []
    # Before the rows: a row that is written meanwhile must not look like a tail that was cut.
    genuine = list(_genuine(path, Keys.load(found.keys.ring_file), wrong)) if checkpoints or path.exists() else []
    verifier = Verifier(genuine)
    if file is None:
        wrong_sets = await _seen(verifier, config)
    else:
        wrong_sets = []
        for row in _imported(file):
            verifier.see(row)
    wrong += [finding.sentence for finding in verifier.end()] + wrong_sets
    for sentence in wrong:
        typer.echo(sentence)
    if not wrong:
        typer.echo(f"{verifier.seq} rows, {len(genuine)} checkpoints: nothing was changed, taken out, moved or cut.")
    return not wrong


def _genuine(path: Path, keys: "Keys", wrong: list[str]) -> "Iterator[Checkpoint]":
    from bot.audit.checkpoints import genuine, read

    try:
        for number, checkpoint in read(path):
            if checkpoint and genuine(checkpoint, keys):
                yield checkpoint
            else:
                wrong.append(f"{path}, line {number}: not a checkpoint that was signed by this key ring.")
    except OSError:
        raise OperatorError(f"The checkpoints can't be read from {path}.") from None


async def _seen(verifier: "Verifier", config: Path | None) -> list[str]:
    """All rows of the database; returns what is wrong with the sets that they tell of."""
    from bot.audit.set_record import SetRecord

    async with built(config) as app:
        record = SetRecord((await app.store.audit.head())[0])
        sets = [each async for each in app.store.survey.all()]
        async for row in app.store.audit.rows(0):
            verifier.see(row)
            record.see(row)
    return record.wrong(sets, verifier.checkpoints)


def _imported(file: Path) -> "Iterator[AuditEntry]":
    from bot.audit.chain import imported

    seen = 0
    try:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                yield imported(line)
                seen += 1
    except ValueError:
        raise OperatorError(f"{file}, line {seen + 1}: not a row of the audit.") from None
    except OSError:
        raise OperatorError(f"{file} can't be read.") from None


async def _exported(config: Path | None, after: int) -> None:
    from bot.audit.chain import exported
    from bot.model.facts import Audited

    async with built(config) as app:
        await app.store.audit.write(Audited("operator:audit:exported", "operator"))
        async for row in app.store.audit.rows(after):
            typer.echo(exported(row))
