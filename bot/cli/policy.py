"""`unlatch policy`: the rules in force, and new ones from a file."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.options import Config, built, echo
from bot.cli.policy_apply import File, apply, lines_of, saved
from bot.platform.errors import OperatorError

if TYPE_CHECKING:
    from bot.policy.policy import Policy, ThreatLevel

LintedFile = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A policy as for `apply`; else the one in force.")]
Profile = Annotated[str, typer.Option(help="`nist-aal2` or `entra-default`.")]
app = typer.Typer(help="The rules of the house.", no_args_is_help=True, rich_markup_mode=None)
app.command()(apply)


@app.command()
def show(config: Config = None) -> None:
    """The rules in force, as a file that `apply` takes."""
    asyncio.run(_shown(config))


@app.command()
def check(file: File) -> None:
    """Whether a file can be applied. Changes nothing."""
    from bot.identity.methods.registry import listable
    from bot.policy.policy import read_policy

    read_policy(file, listable())
    echo(f"{file} can be applied.")


@app.command()
def diff(file: File, config: Config = None) -> None:
    """What would change if a file were applied. Changes nothing; ends with 1 where something would."""
    lines = asyncio.run(_differing(file, config))
    echo("\n".join(lines) if lines else f"{file} is what is in force.")
    raise typer.Exit(code=1 if lines else 0)


@app.command()
def lint(file: LintedFile = None, profile: Profile = "nist-aal2", config: Config = None) -> None:
    """Hold a file, or the rules in force, against a profile. Ends with 1 where they fall short."""
    from bot.identity.methods.registry import listable, no_authenticators, sent, strengths
    from bot.policy.by_group import rules_at
    from bot.policy.policy import read_policy
    from bot.policy.profiles import PROFILES, MethodTraits, broken_rules

    if profile not in PROFILES:
        raise OperatorError(f"There is no profile {profile}; there are {', '.join(PROFILES)}.")
    policy = read_policy(file, listable()) if file else asyncio.run(_in_force(config))
    every = [("", policy), *((f"groups, {rules.group}: ", rules_at(policy, n)) for n, rules in enumerate(policy.groups))]
    traits = MethodTraits(sent(), strengths(), no_authenticators())
    broken = [(whose, rule) for whose, each in every for rule in broken_rules(each, profile, traits)]
    told = {rule.setting for whose, rule in broken if not whose}
    for whose, rule in broken:
        if not whose or rule.setting not in told or rule.setting.startswith("methods."):
            echo(f"{whose}{rule.setting}: {profile} asks for {rule.asks} ({rule.source}).")
    if not broken:
        echo(f"Everything that {profile} asks for is there.")
    raise typer.Exit(code=1 if broken else 0)


@app.command()
def threat(
    level: Annotated[
        str, typer.Argument(metavar="raised|normal", help="`raised` makes strangers prove it by two methods, and more.")
    ],
    config: Config = None,
) -> None:
    """Raise the threat level, or set it back to normal: one version of the rules more, in force within seconds, and audited."""
    from bot.policy.policy import ThreatLevel

    if level not in list(ThreatLevel):
        raise OperatorError(f"The threat level is one of {', '.join(ThreatLevel)}.")
    asyncio.run(_threatened(ThreatLevel(level), config))


async def _threatened(level: "ThreatLevel", config: Path | None) -> None:
    from dataclasses import replace

    from bot.identity.methods.registry import listable
    from bot.model.facts import Audited
    from bot.policy.policy import parse

    async with built(config) as app:
        if (found := await app.store.policies.current()) is None:
            raise OperatorError("No policy is in force yet; `unlatch policy apply FILE` puts one in force.")
        old = parse(json.loads(found[1]), listable())
        if old.threat is level:
            echo(f"The threat level is {level} already.")
            return
        fact = Audited(f"operator:threat:{level}", "operator")
        number = await saved(app, replace(old, threat=level), found[0], fact)
    echo(f"The threat level is {level}; version {number} is in force.")


async def _in_force(config: Path | None) -> "Policy":
    async with built(config) as app:
        return await app.policies.current()


async def _differing(file: Path, config: Path | None) -> list[str]:
    from bot.identity.methods.registry import listable
    from bot.policy.policy import read_policy

    new = read_policy(file, listable())
    return lines_of(await _in_force(config), new)


async def _shown(config: Path | None) -> None:
    from bot.policy.policy import dump

    async with built(config) as app:
        version = await app.store.policies.current()
        policy = await app.policies.current()
    echo(f"# version {version[0]}" if version else "# The defaults: nobody has applied a policy yet.")
    echo(as_toml(dump(policy)))


def as_toml(document: dict[str, Any]) -> str:
    """Of a policy: values at the top, and sections of values. JSON's texts, numbers and lists are TOML's as well."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in document.items() if not isinstance(value, dict | list)]
    for section, values in document.items():
        if isinstance(values, dict):
            lines += [
                "",
                f"[{section}]",
                *(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()),
            ]
        for each in values if isinstance(values, list) else ():
            lines += [
                "",
                f"[[{section}]]",
                *(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in each.items()),
            ]
    return "\n".join(lines)
