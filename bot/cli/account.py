"""`unlatch account`: who is in an embedded directory, for a company that has no other."""

import asyncio
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, built, echo, settings
from bot.directory.roster import ExpectedAccount, FaultyRoster, RosterChange, RosterEntry
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.platform.secret import Secret

app = typer.Typer(help="Accounts of an embedded directory.", no_args_is_help=True, rich_markup_mode=None)
groups = typer.Typer(help="Who is in which group.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(groups, name="group")

SHOWN = 10  # new groups
Text = Annotated[str, typer.Option(metavar="TEXT")]
Where = Annotated[str, typer.Option("--directory", metavar="NAME", help="Which one, where several are embedded.")]
Logins = Annotated[list[str], typer.Argument(metavar="LOGIN...", help="Sign-in names.")]
Group = Annotated[str, typer.Argument(metavar="GROUP", help="The group's name; it is made when it isn't there.")]


@app.command()
def add(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="Sign-in name.")],
    *,
    name: Annotated[str, typer.Option(metavar="TEXT", help="First and last name.")],
    mail: Annotated[str, typer.Option(metavar="ADDRESS", help="Work mailbox.")] = "",
    other_mail: Annotated[str, typer.Option(metavar="ADDRESS", help="Another address of theirs.")] = "",
    mobile: Annotated[str, typer.Option(metavar="NUMBER", help="With its country, as +49 30 1234567.")] = "",
    phone: Annotated[str, typer.Option(metavar="NUMBER", help="At the desk.")] = "",
    manager: Annotated[str, typer.Option(metavar="LOGIN", help="Who leads them.")] = "",
    department: Text = "",
    language: Annotated[str, typer.Option(metavar="CODE", help="As en or de.")] = "",
    admin: Annotated[bool, typer.Option("--admin", help="Is held to the rule for admins.")] = False,
    group: Annotated[list[str] | None, typer.Option("--group", metavar="NAME", help="May be said again.")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read a first password, one line; it has to be changed. Else there is none.")
    ] = False,
    directory: Where = "",
    config: Config = None,
) -> None:
    """Make one account. It is audited."""
    from bot.directory.roster_file import BETWEEN
    from bot.platform.secret import Secret

    cells = {"login": login, "name": name, "mail": mail, "other_mail": other_mail, "mobile": mobile, "phone": phone}
    cells |= {"manager": manager, "department": department, "language": language, "admin": "yes" if admin else "no"}
    entry = _entry({**cells, "groups": BETWEEN.join(group or ())})
    password = Secret(sys.stdin.readline().rstrip("\r\n")) if password_stdin else None
    _say(asyncio.run(_taken_over([entry], ExpectedAccount.NEW, directory, config, password=password)))
    if password is None:
        echo(f"{login} has no password: they choose one by proving who they are, see docs/running.md.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV; its first line names the columns: login, name, mail, mobile, groups, ...")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    directory: Where = "",
    config: Config = None,
) -> None:
    """Make and change accounts as a file says; all of it, or nothing when a line is wrong. Whoever isn't in it stays as they are."""
    from bot.directory.roster_file import read, told

    lines = read(file, _is_number)
    try:
        done = asyncio.run(_taken_over(lines.entries, ExpectedAccount.EITHER, directory, config, dry=dry_run))
    except FaultyRoster as wrong:
        raise OperatorError(told(file, [f"line {lines.numbers[one.place]}: {one.sentence}" for one in wrong.faults])) from None
    _say(done)
    if dry_run:
        echo("Nothing was done: this was a dry run.")


@app.command("list")
def list_(directory: Where = "", config: Config = None) -> None:
    """All accounts, as a file that `import` takes."""
    from bot.directory.roster_file import COLUMNS, row_of

    rows = io.StringIO()
    csv.writer(rows, lineterminator="\n").writerows([COLUMNS, *map(row_of, asyncio.run(_listed(directory, config)))])
    echo(rows.getvalue(), nl=False)


@app.command()
def disable(logins: Logins, directory: Where = "", config: Config = None) -> None:
    """Nobody signs in or recovers with these accounts any more."""
    _changed([RosterEntry(login, enabled=False) for login in logins], directory, config)


@app.command()
def enable(logins: Logins, directory: Where = "", config: Config = None) -> None:
    """Take that back."""
    _changed([RosterEntry(login, enabled=True) for login in logins], directory, config)


@groups.command("add")
def add_members(group: Group, logins: Logins, directory: Where = "", config: Config = None) -> None:
    """Put accounts into a group."""
    _changed([RosterEntry(login, joins=_group(group)) for login in logins], directory, config)


@groups.command("remove")
def remove_members(group: Group, logins: Logins, directory: Where = "", config: Config = None) -> None:
    """Take accounts out of a group."""
    _changed([RosterEntry(login, leaves=_group(group)) for login in logins], directory, config)


def _changed(entries: Sequence[RosterEntry], directory: str, config: Path | None) -> None:
    _say(asyncio.run(_taken_over(entries, ExpectedAccount.KNOWN, directory, config)))


async def _taken_over(
    entries: Sequence[RosterEntry],
    expected: ExpectedAccount,
    directory: str,
    config: Path | None,
    *,
    password: "Secret | None" = None,
    dry: bool = False,
) -> RosterChange:
    from bot.app import filled, roster_of
    from bot.directory.interfaces import Rejected

    name = filled(settings(config), directory)
    async with built(config) as services:
        try:
            return await roster_of(services, name).take_over(entries, expected, password=password, dry=dry)
        except Rejected as no:
            raise OperatorError(f"{services.words.say(no.words, no.args_)} Nothing was done.") from None
        except FaultyRoster as wrong:
            if expected is ExpectedAccount.EITHER:
                raise  # a file's: its lines have numbers
            said = "; ".join(fault.sentence for fault in wrong.faults)
            raise OperatorError(f"{said[0].upper()}{said[1:]}. Nothing was done.") from None


async def _listed(directory: str, config: Path | None) -> Sequence[RosterEntry]:
    from bot.app import filled, roster_of

    name = filled(settings(config), directory)
    async with built(config) as services:
        return await roster_of(services, name).entries()


def _entry(cells: dict[str, str]) -> RosterEntry:
    from bot.directory.roster_file import FaultyCell, entry_of

    try:
        return entry_of(cells, _is_number)
    except FaultyCell as fault:
        raise OperatorError(f"This can't be kept: {fault}.") from None


def _group(name: str) -> tuple[str]:
    from bot.directory.roster_file import FaultyCell, group_of

    try:
        return (group_of(name),)
    except FaultyCell as fault:
        raise OperatorError(f"This can't be kept: {fault}.") from None


def _is_number(typed: str) -> bool:
    from bot.identity.phone_numbers import in_e164

    return in_e164(typed, "") is not None


def _say(done: RosterChange) -> None:
    if done.groups:
        more = f" and {left} more" if (left := len(done.groups) - SHOWN) > 0 else ""
        echo(f"New groups: {', '.join(done.groups[:SHOWN])}{more}.")
    echo(f"Made: {len(done.made)}, changed: {len(done.changed)}, as they were: {len(done.same)}.")
