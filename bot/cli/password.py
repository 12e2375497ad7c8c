"""`unlatch password` and `unlatch breached`: what the rules say of passwords, and the list of those that leaked."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import echo
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.directory.interfaces import Person
    from bot.policy.breached import LeakLookup
    from bot.policy.passwords import Lists
    from bot.policy.policy import PasswordRules

app = typer.Typer(help="Passwords, and what the rules say of them.", no_args_is_help=True, rich_markup_mode=None)
breached_app = typer.Typer(help="The list of passwords that leaked.", no_args_is_help=True, rich_markup_mode=None)

FirstName = Annotated[str, typer.Option(help="First name of whoever would have it.")]
LastName = Annotated[str, typer.Option(help="Last name of whoever would have it.")]
Company = Annotated[str, typer.Option(help="The organisation's name.")]
BannedFiles = Annotated[
    list[Path] | None, typer.Option("--banned", metavar="FILE", help="Banned terms, one a line; may be repeated.")
]
PolicyFile = Annotated[
    Path | None, typer.Option("--policy", metavar="FILE", help="A policy, as `unlatch policy apply` takes it.")
]
BreachedFile = Annotated[Path | None, typer.Option("--breached", metavar="FILE", help="A list made by `unlatch breached build`.")]
RangeUrl = Annotated[
    str, typer.Option("--range", metavar="URL", help="A range service that is asked besides: five hex digits are sent.")
]
Proxy = Annotated[str, typer.Option(metavar="URL", help="The way out to it.")]
Least = Annotated[int, typer.Option(min=1, help="Leave out what was seen fewer times.")]


@app.command()
def check(
    first_name: FirstName = "",
    last_name: LastName = "",
    company: Company = "",
    banned: BannedFiles = None,
    policy: PolicyFile = None,
    breached: BreachedFile = None,
    range_service: RangeUrl = "",
    proxy: Proxy = "",
) -> None:
    """Read passwords, one a line, and print for each whether it would be accepted, its score, and which rules it breaks. Nothing is kept.

    The score is Entra Password Protection's: one point for each banned term and for each character beside them; 5 are needed.
    """
    from bot.directory.interfaces import Person
    from bot.platform.ids import SubjectId

    person = Person(SubjectId("check:nobody"), "", f"{first_name} {last_name}".strip(), frozenset())
    asyncio.run(verdicts(_rules(banned or [], policy), person, company, breached, _lookup(range_service, proxy)))


async def verdicts(
    rules: "PasswordRules", person: "Person", company: str, breached: Path | None, lookup: "LeakLookup | None"
) -> None:
    """A line for each line of standard input, by the very rules that a new password is held to."""
    from bot.directory.interfaces import DirectoryRules
    from bot.platform.secret import Secret
    from bot.policy.banned_passwords import banned as list_of
    from bot.policy.breached import outside_ruling
    from bot.policy.passwords import rulings

    lists = _lists(breached)
    for line in sys.stdin:
        typed = line.rstrip("\r\n")
        broken = [one.id for one in rulings(Secret(typed), person, DirectoryRules(), rules, company, lists) if not one.met]
        outside = "" if broken else await outside_ruling(lookup, Secret(typed), must_answer=rules.breached_must_answer)
        reasons = [id.removeprefix("password.") for id in (*broken, outside) if id]
        said = {"accepted": not reasons, "score": list_of(rules.banned).score(typed), "reasons": reasons}
        echo(json.dumps(said, ensure_ascii=False))


@breached_app.command()
def build(source: Path, target: Path, least: Least = 1) -> None:
    """Make the list from Have I Been Pwned's download that is ordered by hash (lines of HASH:COUNT). `[passwords] breached_file` names it."""
    from bot.policy.breached import build as made

    try:
        count = made(source, target, least)
    except (OSError, ValueError) as wrong:
        raise OperatorError(f"{target} wasn't made: {wrong}.") from None
    echo(f"{target} holds {count:,} passwords.")


def _rules(files: list[Path], policy: Path | None) -> "PasswordRules":
    """Of the policy, or the defaults; with the terms of the files besides. Raises OperatorError."""
    from dataclasses import replace

    from bot.identity.methods.registry import listable
    from bot.policy.policy import PasswordRules, read_policy

    rules = read_policy(policy, listable()).passwords if policy else PasswordRules()
    return replace(rules, banned=(*rules.banned, *(term for file in files for term in _terms(file))))


def _terms(file: Path) -> list[str]:
    try:
        return [term for line in file.read_text(encoding="utf-8").splitlines() if (term := line.strip())]
    except (OSError, UnicodeDecodeError) as wrong:
        raise OperatorError(f"{file} can't be read as a list of banned terms: {wrong}.") from None


def _lists(breached: Path | None) -> "Lists":
    from bot.policy.breached import opened
    from bot.policy.passwords import Lists

    return Lists(opened(breached))


def _lookup(url: str, proxy: str) -> "LeakLookup | None":
    if not url:
        return None
    from bot.app.vendors import range_at
    from bot.platform.egress import Egress

    return range_at(url, Egress(proxy))
