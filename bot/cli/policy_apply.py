"""`unlatch policy apply`: new rules from a file, with what they would do said first, and refused where they lock many out."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.forecast_said import lines, plain, silent
from bot.cli.options import Config, built, echo
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.app import App
    from bot.coverage.what_if import WhatIfReport
    from bot.model.facts import Audited
    from bot.policy.policy import Policy

BY, RULES = "operator", "/rules"  # the page that tells admins what was changed, and by whom
File = Annotated[Path, typer.Argument(metavar="FILE", help="A policy as TOML, or as JSON when the name ends so.")]
Accepted = Annotated[
    int, typer.Option("--accept-lockout", min=0, help="So many people may be locked out: the number that was printed.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask, for scripts. It accepts no lockout.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")]


@dataclass(frozen=True, slots=True)
class Applying:
    """What stands in the file, and how far whoever applies it will go. `accepted`: so many people locked out."""

    file: Path
    accepted: int
    yes: bool
    as_json: bool


def apply(file: File, *, accepted: Accepted = 0, yes: Yes = False, as_json: AsJson = False, config: Config = None) -> None:
    """Put a file's rules in force, as the server's operator: says first who could still help themselves, and asks. It is audited."""
    asyncio.run(_applied(Applying(file, accepted, yes, as_json), config))


async def _applied(how: Applying, config: Path | None) -> None:
    from bot.identity.methods.registry import listable
    from bot.model.facts import Audited
    from bot.platform.sentences import args
    from bot.policy.policy import read_policy

    new = read_policy(how.file, listable())
    async with built(config) as app:
        version = await app.store.policies.current()
        old = await app.policies.current()
        found = await app.coverage.what_if(new)
        said = {"version": version[0] if version else 0, "applied": False, "changes": changes_of(old, new), **plain(found)}
        _tell(how, old, new, found)
        try:
            _demand(how, found, app.settings.policy.lockout_percent)
        except (OperatorError, typer.Exit):
            _object(how, said)
            raise
        figures = args(gain=found.forecast.gain, lose=found.forecast.lose, accepted=how.accepted)
        number = await saved(app, new, said["version"], Audited("operator:policy:applied", BY, figures))
    _object(how, said | {"version": number, "applied": True})
    if not how.as_json:
        echo(f"Version {number} is in force.")


def _object(how: Applying, said: dict[str, Any]) -> None:
    """For scripts, whatever became of it; `version` is the one in force."""
    if how.as_json:
        echo(json.dumps(said, ensure_ascii=False))


def _tell(how: Applying, old: "Policy", new: "Policy", found: "WhatIfReport") -> None:
    """The forecast, before anything is done."""
    for line in silent(found):
        echo(line, err=True)
    if not how.as_json:
        echo("\n".join([*lines_of(old, new), "", *lines(found)]).strip() + "\n")


def _demand(how: Applying, found: "WhatIfReport", percent: int) -> None:
    """Raises OperatorError, or typer.Exit when whoever was asked said no."""
    lose, can = found.forecast.lose, found.forecast.can_before
    if found.forecast.locks_out(percent) and how.accepted < lose:
        raise OperatorError(
            f"Nothing was changed: these rules would lock out {lose} of {can} people who can help themselves today, and more than "
            f"{percent} % isn't done unasked. If it is meant, say `--accept-lockout {lose}`; `unlatch coverage --what-if FILE` says more."
        )
    if how.yes:
        return
    if not sys.stdin.isatty():
        raise OperatorError("Nothing was changed: nobody is at a terminal to be asked. In a script say `--yes`.")
    if not typer.confirm("Put these rules in force?", err=how.as_json):
        echo("Nothing was changed.", err=how.as_json)
        raise typer.Exit(code=1)


async def saved(app: "App", new: "Policy", expected: int, fact: "Audited") -> int:
    """The next version, of which all admins hear at once. Raises OperatorError when somebody else was faster."""
    from bot.conversation.interfaces import Lost
    from bot.messaging.ledger import ADMINS
    from bot.platform.job_outbox import Sent
    from bot.platform.sentences import args
    from bot.policy.policy import dump

    told = Sent("alarm", ADMINS, args(words="alarm.rules.applied", address=f"{app.settings.base_url}{RULES}"))
    try:
        return await app.store.policies.save(json.dumps(dump(new)), BY, expected, fact, told)
    except Lost:
        raise OperatorError(
            "Somebody else has just put another policy in force. Look at it with `unlatch policy show`, and try again."
        ) from None


def changes_of(old: "Policy", new: "Policy") -> list[dict[str, Any]]:
    """Each value that isn't as it was, as plain data."""
    from bot.policy.rule_weights import changes

    return [{"rule": change.path, "old": change.old, "new": change.new} for change in changes(old, new)]


def lines_of(old: "Policy", new: "Policy") -> list[str]:
    """The same, one line each."""
    return [
        f"{each['rule']}: {json.dumps(each['old'], ensure_ascii=False)} → {json.dumps(each['new'], ensure_ascii=False)}"
        for each in changes_of(old, new)
    ]
