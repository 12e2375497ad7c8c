"""Every step shape in support loads, and dumps back as it was: a row that an older replica wrote is never lost."""

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import flows.door
import flows.guided  # noqa: F401 - whoever imports these two knows all steps
from bot.model.codec import FORMER, NAMES, PARTS, dump, load

FOLDER = Path(__file__).parent / "steps"
FILES = sorted(FOLDER.glob("*.json"))


def house_parts() -> dict[str, type[Any]]:
    """Steps and what may stand in them; tests' own ones don't count."""
    return {name: cls for name, cls in PARTS.items() if not cls.__module__.startswith("tests.")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_kept_step_loads_and_loses_nothing(path: Path) -> None:
    """Fields that came later have their defaults; what was kept is as it was."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    again = json.loads(json.dumps(dump(load(kept))))
    assert _within(kept, again)
    assert load(again) == load(kept)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_kept_step_can_still_be_asked(path: Path) -> None:
    step = load(json.loads(path.read_text(encoding="utf-8")))
    assert step.ask().id


def test_every_step_and_every_part_has_a_golden_file_of_its_newest_shape() -> None:
    known = [part for path in FILES for part in _parts(json.loads(path.read_text(encoding="utf-8")))]
    shapes = {(str(part["part"]), frozenset(part)) for part in known}
    newest = {(name, frozenset({"part", *(f.name for f in fields(cls))})) for name, cls in house_parts().items()}
    assert newest - shapes == set(), "write an example of it to tests/golden/steps, and keep the older ones for one lifetime"


def test_every_step_has_a_file_that_begins_with_it() -> None:
    begun = {json.loads(path.read_text(encoding="utf-8"))["part"] for path in FILES}
    assert {name for name, cls in house_parts().items() if hasattr(cls, "ask")} - begun == set()


def _within(part: object, whole: object) -> bool:
    match part, whole:
        case {"part": str(former), **rest}, dict() if former in FORMER:
            return whole["part"] == NAMES[FORMER[former][0]] and _within(rest, whole)
        case dict(), dict():
            return all(name in whole and _within(value, whole[name]) for name, value in part.items())
        case list(), list():
            return len(part) == len(whole) and all(map(_within, part, whole))
        case _:
            return type(part) is type(whole) and part == whole


def _parts(kept: object) -> Iterator[dict[str, object]]:
    match kept:
        case dict():
            yield kept
            for value in kept.values():
                yield from _parts(value)
        case list():
            for value in kept:
                yield from _parts(value)
