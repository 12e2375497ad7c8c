"""`unlatch coverage`: who could help themselves today, for the operator of the server."""

import asyncio
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.forecast_said import SAID, lines, silent
from bot.cli.forecast_said import plain as plain_forecast
from bot.cli.options import Config, built, echo
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.coverage.coverage import CoverageReport
    from bot.coverage.reports import Unable
RETIREMENTS = "retirements"


def add_to(app: typer.Typer) -> None:
    """Adds the command `unlatch coverage`."""
    app.command()(coverage)


def coverage(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
    names: Annotated[bool, typer.Option("--names", help="Also who couldn't, and why. It is audited.")] = False,
    groups: Annotated[int, typer.Option(min=0, help="How many of the largest groups.")] = 10,
    what_if: Annotated[
        str,
        typer.Option(
            "--what-if", metavar="FILE|retirements", help="By other rules instead: those of a file, or what retires elsewhere."
        ),
    ] = "",
    config: Config = None,
) -> None:
    """Count who may help themselves by the rules in force, who has registered what it takes, and who could do it today."""
    if what_if and names:
        raise OperatorError("A forecast tells of nobody by name; `unlatch coverage --names` says who couldn't today.")
    if what_if:
        asyncio.run(_supposed(config, what_if, groups, as_json=as_json))
        return
    asyncio.run(_reported(config, groups, as_json=as_json, names=names))


async def _reported(config: Path | None, groups: int, *, as_json: bool, names: bool) -> None:
    from bot.model.facts import Audited

    async with built(config) as app:
        found = await app.coverage.coverage(groups)
        if names:
            await app.store.audit.write(Audited("operator:coverage:listed", "operator"))
        unable = [one async for one in app.coverage.unable()] if names else None
    for name in found.silent:
        echo(f"The directory {name} doesn't answer; its accounts are counted as last known.", err=True)
    echo(json.dumps(plain(found, unable), ensure_ascii=False) if as_json else "\n".join(_lines(found, unable)))


async def _supposed(config: Path | None, what: str, groups: int, *, as_json: bool) -> None:
    """Nothing is changed."""
    from bot.coverage.supposed import retired
    from bot.identity.methods.registry import listable
    from bot.policy.policy import read_policy

    given = None if what == RETIREMENTS else read_policy(Path(what), listable())
    async with built(config) as app:
        found = await app.coverage.what_if(given or retired(await app.policies.current()), groups)
    for line in silent(found):
        echo(line, err=True)
    echo(json.dumps(plain_forecast(found), ensure_ascii=False) if as_json else "\n".join(lines(found)))


def plain(found: "CoverageReport", unable: "list[Unable] | None") -> dict[str, Any]:
    """The report as plain data, for `--json`."""
    report = dataclasses.asdict(found) | {"reasons": dict(found.reasons)}
    return report if unable is None else report | {"names": [dataclasses.asdict(one) for one in unable]}


def _lines(found: "CoverageReport", unable: "list[Unable] | None") -> Iterator[str]:
    yield f"{found.capable} of {found.total} accounts could help themselves today{_percent(found.capable, found.total)}."
    yield f"{found.enabled} may by the policy, and {found.registered} have registered what it takes."
    if why := [(SAID[reason], count) for reason, count in found.reasons if count]:
        yield "\nWhy the others couldn't:"
        yield from (f"{count:>8}  {words}" for words, count in why)
    if found.groups:
        yield "\n   total enabled registered capable  group"
        yield from (f"{g.total:>8}{g.enabled:>8}{g.registered:>11}{g.capable:>8}  {g.name}" for g in found.groups)
    if found.sent.sent:
        yield f"\nSent to register this month: {found.sent.sent} people; nothing was missing for {found.sent.complete}, and {found.sent.skipped} skipped."
    if unable:
        yield "\nWho couldn't:"
        yield from (f"  {one.login} ({one.name}): {SAID[one.reason]}" for one in unable)


def _percent(part: int, whole: int) -> str:
    return f" ({100 * part / whole:.0f} %)" if whole else ""
