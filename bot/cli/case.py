"""`unlatch case`: everything on the audit that let one reset of the helpdesk happen, shown, or in a file that is verified elsewhere."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, built, echo
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.app import App
    from bot.audit.bundle import Bundle
    from bot.audit.case_rows import CaseRows
    from bot.audit.chain import AuditEntry
    from bot.audit.checkpoints import Checkpoint

app = typer.Typer(help="The evidence of the helpdesk's cases.", no_args_is_help=True, rich_markup_mode=None)
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="As it was said: 7F3A-91C2; or the whole id.")]


@app.command()
def show(number: Number, config: Config = None) -> None:
    """Every row of the audit about a case, archived ones as well: who asked, which proofs, which right, what became of it."""
    for line in asyncio.run(_shown(number, config)):
        echo(line)


@app.command()
def bundle(
    number: Number,
    file: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to; else NUMBER.json here.")] = None,
    config: Config = None,
) -> None:
    """Write a file that `unlatch audit verify --bundle FILE` looks at without the database. It holds all rows of those minutes."""
    path, made = file or Path(f"{number}.json"), asyncio.run(_bundled(number, config))
    try:
        path.write_text(made.dumped(), encoding="utf-8")
    except OSError:
        raise OperatorError(f"{path} can't be written.") from None
    echo(f"{path} holds {len(made.rows)} rows of the audit and a signed checkpoint.")


async def _shown(number: str, config: Path | None) -> Sequence[str]:
    from bot.model.facts import Audited
    from bot.platform.sentences import args

    async with built(config) as whole:
        found = await _found(whole, number)
        await whole.store.audit.write(Audited("operator:case:shown", "operator", args(case=found.cases[0])))
    return said(found.rows)


async def _bundled(number: str, config: Path | None) -> "Bundle":
    from bot.audit.bundle import Bundle
    from bot.model.facts import Audited
    from bot.platform.sentences import args

    async with built(config) as whole:
        found = await _found(whole, number)
        first, last = found.rows[0].seq, found.rows[-1].seq
        mark = await _checkpoint(whole, last)
        between: list[AuditEntry] = []
        await _looked(whole, lambda row: between.append(row) if first <= row.seq <= mark.count else None)
        await whole.store.audit.write(Audited("operator:case:bundled", "operator", args(case=found.cases[0])))
    return Bundle(found.cases[0], between, mark)


async def _found(whole: "App", number: str) -> "CaseRows":
    from bot.audit.case_rows import CaseRows, prefix_of

    found = CaseRows(prefix_of(number))
    await _looked(whole, found.see)
    match found.cases:
        case []:
            raise OperatorError(f"The audit knows no case {number}. Archived files are looked for in [audit] archive.")
        case [_]:
            return found
        case several:
            raise OperatorError(f"Several cases have this number; say which: {', '.join(several)}.")


async def _looked(whole: "App", see: "Callable[[AuditEntry], object]") -> None:
    from bot.audit.looking import Look
    from bot.platform.keyring import Keys

    await Look(partial(Keys.load, whole.settings.keys.ring_file), (), see).whole(whole.store.audit, whole.settings.archive)


async def _checkpoint(whole: "App", last: int) -> "Checkpoint":
    """The first one behind the case; made now, where there is none yet."""
    from bot.audit.looking import genuine_of
    from bot.platform.keyring import Keys

    there = partial(genuine_of, whole.settings.checkpoints, partial(Keys.load, whole.settings.keys.ring_file), [])
    for attempt in range(2):
        if attempt:
            await whole.checkpoint()
        marks = there() if whole.settings.checkpoints.exists() else []
        if behind := [mark for mark in marks if mark.count >= last]:
            return min(behind, key=lambda mark: mark.count)
    raise OperatorError(f"No checkpoint could be written to {whole.settings.checkpoints}.")


def said(rows: "Sequence[AuditEntry]") -> list[str]:
    """One line for each row, oldest first: when, what, whom, and each detail by its name."""
    return [
        f"{datetime.fromtimestamp(row.at, UTC):%Y-%m-%d %H:%M:%S}  {row.seq:>6}  {row.tag}  {row.subject}  "
        + " ".join(f"{name}={value}" for name, value in row.detail if value)
        for row in rows
    ]
