"""What other rules would do, as the terminal says it and as plain data."""

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.coverage.what_if import Reasons, WhatIfReport

SAID = {  # a reason, as the terminal says it
    "disabled": "switched off in the directory",
    "frozen": "frozen after a change that somebody disowned, or locked by its owner",
    "protected": "protected by the directory",
    "smart_card": "sign in by smart card alone",
    "admin": "administrators, whom the policy leaves out",
    "out_of_scope": "outside the policy's scope",
    "no_method": "nothing registered",
    "unavailable": "only methods that aren't offered here",
    "quarantine": "enough once a new method's quarantine is over",
    "only_weak": "only weak methods",
    "not_enough": "fewer methods than are asked for",
}


def lines(found: "WhatIfReport") -> Iterator[str]:
    """For a reader; no line about nobody, and none about one person."""
    forecast = found.forecast
    yield f"Could help themselves: {forecast.can_before} of {forecast.total} accounts today, {forecast.can_after} by these rules."
    yield from _why(f"{forecast.lose} could no longer", found.lost)
    yield from _why(f"{forecast.gain} could who can't today; what was in their way", found.gained)
    if found.groups:
        yield "\n   total   today    then  group"
        yield from (f"{g.total:>8}{g.before:>8}{g.after:>8}  {g.name}" for g in found.groups)
    if found.cure:
        named = " and ".join(names(found.cure.kinds))
        able = forecast.can_after + found.cure.people
        yield f"\nThe cheapest cure: {named}. Accounts that it would help: {found.cure.people}; then {able} could."


def plain(found: "WhatIfReport") -> dict[str, Any]:
    """For `--json`: numbers and names of groups."""
    return dataclasses.asdict(found.forecast) | {
        "gained": dict(found.gained),
        "lost": dict(found.lost),
        "groups": [dataclasses.asdict(group) for group in found.groups],
        "cure": dataclasses.asdict(found.cure) if found.cure else None,
    }


def names(kinds: tuple[Any, ...]) -> list[str]:
    """Of methods, as everybody is told them."""
    from bot.identity.masks import name_of
    from bot.language.translations import Words

    words = Words("", str)
    return [words.say(name_of(kind)) for kind in kinds]


def silent(found: "WhatIfReport") -> Iterator[str]:
    """For standard error."""
    for name in found.forecast.silent:
        yield f"The directory {name} doesn't answer; its accounts are counted as last known."


def _why(what: str, reasons: "Reasons") -> Iterator[str]:
    if reasons:
        yield f"\n{what}:"
        yield from (f"{count:>8}  {SAID[reason]}" for reason, count in reasons)
