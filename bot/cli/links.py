"""`unlatch links`: chat accounts that an operator links beforehand, by immutable ids alone."""

import asyncio
import csv
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import Config, built
from bot.mend import Mend

app = typer.Typer(help="Chat accounts that are linked to an account.", no_args_is_help=True, rich_markup_mode=None)
COLUMNS = ["chat", "account", "subject"]


@app.callback()
def group() -> None:
    """Chat accounts that are linked to an account."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV with the columns chat, account (T.../U...) and subject (directory:id).")],
    config: Config = None,
) -> None:
    """Link what a file says; all of it, or nothing when one line is wrong. A link proves nothing, and everybody still proves."""
    typer.echo(f"{asyncio.run(_imported(file, config))} chat accounts are linked.")


@app.command()
def remove(
    chat: Annotated[str, typer.Argument(help="The chat, as the settings call its section.")],
    account: Annotated[str, typer.Argument(help="PLACE/PERSON, as T024BE7LD/U012A3CDE.")],
    config: Config = None,
) -> None:
    """Take one link off."""
    if not asyncio.run(_removed(chat, account, config)):
        raise Mend(f"{account} isn't linked in {chat}.")
    typer.echo(f"{account} is linked no more.")


async def _imported(file: Path, config: Path | None) -> int:
    from bot.conversation.facts import Audited
    from bot.conversation.reply import args
    from bot.ids import SubjectId, directory_of

    rows = _rows(file)
    async with built(config) as house:
        for number, row in enumerate(rows, 2):
            directory = house.directories.get(directory_of(SubjectId(row["subject"])))
            if directory is None or await directory.person(SubjectId(row["subject"])) is None:
                raise Mend(f"{file}, line {number}: there is no account {row['subject']}. Nothing was linked.")
        for row in rows:
            told = Audited("operator:chat:linked", SubjectId(row["subject"]), args(chat=row["chat"], account=row["account"]))
            await house.store.chat_links.put(row["chat"], row["account"], SubjectId(row["subject"]), told)
    return len(rows)


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            read = csv.DictReader(lines)
            if read.fieldnames != COLUMNS:
                raise Mend(f"{file}: the first line has to be {','.join(COLUMNS)}.")
            rows = list(read)
    except (OSError, UnicodeDecodeError, csv.Error):
        raise Mend(f"{file} can't be read as CSV in UTF-8.") from None
    for number, row in enumerate(rows, 2):
        place, _, person = (row["account"] or "").partition("/")
        if (
            None in row
            or not row["chat"]
            or not place
            or not person
            or "@" in row["account"]
            or ":" not in (row["subject"] or "")
        ):
            raise Mend(f"{file}, line {number}: needs immutable ids: a chat, PLACE/PERSON, directory:id. Nothing was linked.")
    return rows


async def _removed(chat: str, account: str, config: Path | None) -> bool:
    from bot.conversation.facts import Audited
    from bot.conversation.reply import args
    from bot.ids import SubjectId

    async with built(config) as house:
        told = Audited("operator:chat:unlinked", SubjectId(f"{chat}:{account}"), args(chat=chat, account=account))
        return await house.store.chat_links.drop(chat, account, told)
