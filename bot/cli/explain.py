"""`unlatch explain` and `unlatch open-recovery`: why somebody can't help themselves, and the end of a lock that they set at their own page."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.options import Config, built, echo
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.app import App
    from bot.coverage.explanation import Explanation

Login = Annotated[str, typer.Argument(metavar="NAME", help="Sign-in name.")]


def add_to(app: typer.Typer) -> None:
    """Adds both commands."""
    app.command()(explain)
    app.command("open-recovery")(open_recovery)


def explain(
    login: Login, *, as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False, config: Config = None
) -> None:
    """Say whether somebody can help themselves today, why not, and the least that would change it. It is audited."""
    asyncio.run(_explained(config, login, as_json=as_json))


def open_recovery(login: Login, *, config: Config = None) -> None:
    """Open recovery again that its owner locked, or that a "this wasn't me" froze. Every address on file is told, and it is audited."""
    asyncio.run(_opened(config, login))
    echo(f"Recovery of {login} is open again.")


async def _opened(config: Path | None, login: str) -> None:
    from bot.model.facts import Audited, Frozen
    from bot.platform.job_outbox import Sent
    from bot.platform.sentences import args

    async with built(config) as app:
        found = await app.explanations.explain(login)
        if found is None or not found.frozen_until > app.world.now():
            raise OperatorError(
                f"No directory knows {login}, or recovery isn't locked there; `unlatch explain {login}` says more."
            )
        subject = found.person.subject
        row = Audited("operator:recovery:opened", subject, (("by", "operator"),))
        told = Sent("notice", subject, args(action="own_page", outcome="opened", at=app.world.now()))
        await app.store.records.did(subject, Frozen(subject, 0.0), row, told)


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
        "used_up": [{"kind": one.kind, "door": one.origin} for one in found.used_up],
        "broke_off": {"stage": found.attempt.stage, "at": _time(found.attempt.at), "words": found.attempt.words}
        if found.attempt
        else None,
        "last": {"action": found.last.action, "outcome": found.last.outcome, "at": _time(found.last.at)} if found.last else None,
    }


def lines(app: "App", found: "Explanation") -> Iterator[str]:
    """For a reader."""
    from bot.coverage.told import ToldTo, told
    from bot.platform.sentences import args

    words = "explain.other.cannot" if found.why_not else "explain.other.can"
    verdict = app.words.prompt(words, args(who=found.person.login))
    yield f"{found.person.login} ({found.person.name}), {found.person.subject}"
    yield f"{verdict.title}."
    for line in told(found, ToldTo.ADMIN, app.world.now()):
        yield f"  {app.words.say(line.words, line.args)}"


def _time(seconds: float) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if seconds else None
