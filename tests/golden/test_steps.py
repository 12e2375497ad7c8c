"""Every step shape in support loads, and dumps back as it was: a row that an older replica wrote is never lost."""

import json
from pathlib import Path

import pytest

import flows.menu  # noqa: F401 - whoever imports it knows all steps
from bot.conversation.step import PARTS, dump, load

FOLDER = Path(__file__).parent / "steps"
FILES = sorted(FOLDER.glob("*.json"))


def house_parts() -> set[str]:
    """Steps and what may stand in them; tests' own ones don't count."""
    return {name for name, cls in PARTS.items() if not cls.__module__.startswith("tests.")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_kept_step_loads_and_dumps_back(path: Path) -> None:
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert dump(load(kept)) == kept


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_kept_step_can_still_be_asked(path: Path) -> None:
    step = load(json.loads(path.read_text(encoding="utf-8")))
    assert step.ask().id


def test_every_step_and_every_part_has_a_golden_file() -> None:
    named = {found for path in FILES for found in _parts(json.loads(path.read_text(encoding="utf-8")))}
    assert house_parts() - named == set(), "write an example of it to tests/golden/steps"
    steps = {name for name in house_parts() if hasattr(PARTS[name], "ask")}
    assert steps <= {json.loads(path.read_text(encoding="utf-8"))["part"] for path in FILES}


def _parts(kept: object) -> set[str]:
    match kept:
        case dict():
            return {str(kept["part"])}.union(*(_parts(value) for value in kept.values()))
        case list():
            return set[str]().union(*(_parts(value) for value in kept))
        case _:
            return set()
