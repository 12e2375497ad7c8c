"""`unlatch invite`: whom of a group managers and HR could bring on their first day, and why not the others."""

import asyncio
import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Config, built, echo
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.app import App
COLUMNS = ["login", "name", "manager", "invited", "why"]


def add_to(app: typer.Typer) -> None:
    """Adds the command `unlatch invite`."""
    app.command()(invite)


def invite(
    *,
    group: Annotated[str, typer.Option("--group", help="A directory group; nested members count.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say who could be invited, and why not the others. It is audited.")
    ] = False,
    config: Config = None,
) -> None:
    """List a group as CSV: who has still to come to a first method, who brings them, and who can't be invited and why."""
    if not dry_run:
        raise OperatorError(
            'An invitation is sent by whoever brings the joiner, who proves it: in their chat, "invite LOGIN". With --dry-run you see for whom.'
        )
    echo(asyncio.run(_listed(group, config)), nl=False)


async def _listed(group: str, config: Path | None) -> str:
    from bot.model.facts import Audited

    async with built(config) as app:
        found = await listing(app, group)
        await app.store.audit.write(Audited("operator:joiners:listed", "operator", (("group", group),)))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([COLUMNS, *found])
    return out.getvalue()


async def listing(app: "App", group: str) -> list[list[str]]:
    """A line each, in the order of sign-in names. Raises OperatorError for a group of nobody."""
    from bot.identity.first_days import Joiners
    from bot.identity.people import People

    people = People(app.directories, app.roles, app.policies, app.keys, app.store.records, app.world)
    joiners = Joiners(people, app.store.operations)
    everybody = [p for d in app.directories.values() for p in (await d.changes(None)).persons]
    members = [p for p in everybody if group.casefold() in {g.casefold() for g in p.groups}]
    if not members:
        raise OperatorError(f"Nobody is in a group {group}, or there is no such group.")
    logins, lines = {p.subject: p.login for p in everybody}, []
    for person in sorted(members, key=lambda p: p.login):
        registered = sum(m.confirmed for m in await app.store.records.methods(person.subject))
        why = await joiners.why_not(person, registered)
        manager = logins.get(person.manager, "") if person.manager else ""
        lines.append([person.login, person.name, manager, "no" if why else "yes", why])
    return lines
