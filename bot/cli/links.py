"""`unlatch links`: chat accounts that an operator links beforehand, by immutable ids alone."""

import asyncio
import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, built, echo
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.platform.ids import SubjectId

app = typer.Typer(help="Chat accounts that are linked to an account.", no_args_is_help=True, rich_markup_mode=None)
COLUMNS = ["chat", "account", "subject"]
NOTHING = "Nothing was linked."


@app.callback()
def group() -> None:
    """Chat accounts that are linked to an account."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV with the columns chat, account (T.../U...) and subject (directory:id).")],
    config: Config = None,
) -> None:
    """Link what a file says; all of it, or nothing when one line is wrong. A link proves nothing, and everybody still proves."""
    echo(f"{asyncio.run(_imported(file, config))} chat accounts are linked.")


@app.command()
def remove(
    chat: Annotated[str, typer.Argument(help="The chat, as the settings call its section.")],
    account: Annotated[str, typer.Argument(help="PLACE/PERSON, as T024BE7LD/U012A3CDE.")],
    config: Config = None,
) -> None:
    """Take the link of one chat account off; its person may link it anew."""
    if not asyncio.run(_removed(chat, account, config)):
        raise OperatorError(f"{account} isn't linked in {chat}.")
    echo(f"{account} is linked no more.")


@dataclass(frozen=True)
class LinkLine:
    """One line of a file of links, as it was read."""

    number: int
    chat: str
    account: str
    subject: "SubjectId"


async def _imported(file: Path, config: Path | None) -> int:
    from bot.model.facts import Audited
    from bot.platform.ids import directory_of
    from bot.platform.sentences import args

    rows = _rows(file)
    async with built(config) as services:
        for row in rows:
            directory = services.directories.get(name := directory_of(row.subject))
            if directory is None:
                raise OperatorError(f"{file}, line {row.number}: there is no directory {name} in the settings. {NOTHING}")
            if await directory.person(row.subject) is None:
                raise OperatorError(f"{file}, line {row.number}: there is no account {row.subject}. {NOTHING}")
        for row in rows:
            told = Audited("operator:chat:linked", row.subject, args(chat=row.chat, account=row.account))
            await services.store.chat_links.put(row.chat, row.account, row.subject, told)
    return len(rows)


def _rows(file: Path) -> list[LinkLine]:
    """All lines of the file. Raises OperatorError that names a wrong one."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            read = csv.DictReader(lines)
            if read.fieldnames != COLUMNS:
                raise OperatorError(f"{file}: the first line has to be {','.join(COLUMNS)}, with commas.")
            rows = [_row(file, read.line_num, found) for found in read]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise OperatorError(f"{file} can't be read as CSV in UTF-8.") from None
    first: dict[tuple[str, str], LinkLine] = {}
    for row in rows:
        before = first.setdefault((row.chat, row.account), row)
        if before is not row:
            raise OperatorError(f"{file}, line {row.number}: {row.account} stands in line {before.number} already. {NOTHING}")
    return rows


def _row(file: Path, number: int, found: dict[str, str | None]) -> LinkLine:
    from bot.platform.ids import SubjectId
    from bot.settings.chats import ACCOUNTS

    chat, account, subject = ((found.get(name) or "").strip() for name in COLUMNS)
    shape = ACCOUNTS.get(chat)
    if chat and shape is None:
        raise OperatorError(f"{file}, line {number}: there is no chat {chat}; there is {', '.join(ACCOUNTS)}. {NOTHING}")
    if shape and shape.fullmatch(account.lower()):  # of GUIDs, which are the same in capitals
        account = account.lower()
    directory, _, id = subject.partition(":")
    if None in found or shape is None or not shape.fullmatch(account) or not directory or not id:
        raise OperatorError(f"{file}, line {number}: needs immutable ids: a chat, PLACE/PERSON, directory:id. {NOTHING}")
    return LinkLine(number, chat, account, SubjectId(subject))


async def _removed(chat: str, account: str, config: Path | None) -> bool:
    from bot.model.facts import Audited
    from bot.platform.ids import SubjectId
    from bot.platform.sentences import args

    async with built(config) as services:
        told = Audited("operator:chat:unlinked", SubjectId(f"{chat}:{account}"), args(chat=chat, account=account))
        return await services.store.chat_links.drop(chat, account, told)
