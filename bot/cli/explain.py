"""`unlatch explain`: why somebody can't help themselves, and what would change that."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.coverage import SAID
from bot.cli.options import Config, built, echo
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.app import App
    from bot.coverage.explanation import Explanation

Login = Annotated[str, typer.Argument(metavar="NAME", help="Sign-in name.")]


def add_to(app: typer.Typer) -> None:
    """Adds the command `unlatch explain`."""
    app.command()(explain)


def explain(
    login: Login, *, as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False, config: Config = None
) -> None:
    """Say whether somebody can help themselves today, why not, and the least that would change it. It is audited."""
    asyncio.run(_explained(config, login, as_json=as_json))


async def _explained(config: Path | None, login: str, *, as_json: bool) -> None:
    from bot.model.facts import Audited

    async with built(config) as app:
        found = await app.explanations.explain(login)
        if found is None:
            raise OperatorError(f"No directory knows {login}. A sign-in name, UPN or work mail address is found, in full.")
        await app.store.audit.write(Audited("operator:account:explained", found.person.subject, (("by", "operator"),)))
        echo(json.dumps(plain(found), ensure_ascii=False) if as_json else "\n".join(lines(app, found)))


def plain(found: "Explanation") -> dict[str, Any]:
    """As plain data: kinds of methods and times, never an address or a number."""
    return {
        "login": found.person.login,
        "name": found.person.name,
        "subject": found.person.subject,
        "can": found.why_not is None,
        "why_not": found.why_not,
        "cure": list(found.cure),
        "frozen_until": _time(found.frozen_until),
        "locked": found.state.locked if found.state else None,
        "may_change_at": _time(found.may_change_at),
        "methods": [
            {
                "kind": m.kind,
                "registered": _time(m.registered_at),
                "usable_from": _time(m.usable_from),
                "worked": _time(m.proved_at),
            }
            for m in found.methods
        ],
        "last": {"action": found.last.action, "outcome": found.last.outcome, "at": _time(found.last.at)} if found.last else None,
    }


def lines(app: "App", found: "Explanation") -> Iterator[str]:
    """For a reader."""

    def named(kind: str) -> str:
        return app.words.say(f"method.{kind}.name", (), "en")

    person = found.person
    yield f"{person.login} ({person.name}), {person.subject}"
    yield f"No: {SAID[found.why_not]}." if found.why_not else "Yes, this account could help itself today."
    if found.cure:
        yield f"The least that would be enough: {' and '.join(map(named, found.cure))}."
    if found.frozen_until > app.world.now():
        yield f"Frozen until {_time(found.frozen_until)}."
    if found.state is None:
        yield "The directory doesn't say how the account stands."
    elif found.state.locked:
        yield "Locked at the moment."
    if found.may_change_at > app.world.now():
        yield f"The directory lets nobody change this password before {_time(found.may_change_at)}."
    for method in found.methods:
        yield f"  {named(method.kind)}: registered {_time(method.registered_at)}, {_use(method.usable_from, method.proved_at, app.world.now())}"
    if found.last:
        yield f"Last: {found.last.action} at {_time(found.last.at)}, {found.last.outcome}."


def _use(usable_from: float, proved_at: float, now: float) -> str:
    if usable_from > now:
        return f"in quarantine until {_time(usable_from)}"
    return f"last worked {_time(proved_at)}" if proved_at else "not used yet"


def _time(seconds: float) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if seconds else None
