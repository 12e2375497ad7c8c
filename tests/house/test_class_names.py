"""One class name means one thing, except for twins: the same part of two vendors' adapters, in folders side by side."""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.house.tree import CODE, kept_files, modules, parsed


def test_no_class_name_means_two_things() -> None:
    assert doubled(classes(modules(*CODE))) == {}


def test_twins_are_told_from_namesakes() -> None:
    slack, teams, web = Path("adapters/slack/poster.py"), Path("adapters/teams/poster.py"), Path("adapters/web/pages.py")
    ldap, entra = Path("adapters/directories/ldap/queries.py"), Path("adapters/directories/entra/queries.py")
    assert doubled({"Poster": [slack, teams], "Queries": [ldap, entra]}) == {}
    for namesakes in ([slack, web], [slack, Path("adapters/slack/handler.py")], [Path("bot/a/poster.py"), slack], [slack, slack]):
        assert doubled({"Poster": namesakes}) == {"Poster": namesakes}


@pytest.mark.parametrize(
    ("one", "other", "job"),
    [
        ("slack", "teams", "button_press checks handler manifest poster proactive routes speaker verification wiring"),
        (
            "directories/active_directory",
            "directories/openldap",
            "changes checks directory errors groups password_writes people policy queries sync_child sync_parent wiring",
        ),
    ],
)
def test_the_same_job_has_the_same_file_in_both(one: str, other: str, job: str) -> None:
    for folder in (one, other):
        assert {f"adapters/{folder}/{name}.py" for name in job.split()} <= set(map(str, kept_files()))


def classes(paths: Iterable[Path]) -> Mapping[str, list[Path]]:
    """Where each name is that of a class; one that begins with an underscore is its file's own business."""
    found: dict[str, list[Path]] = {}
    for path in paths:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(path)
    return found


def doubled(found: Mapping[str, list[Path]]) -> dict[str, list[Path]]:
    """Names of several classes that are no twins: those stand in files of one name, in sibling folders of adapters/."""
    return {name: paths for name, paths in found.items() if len(paths) > 1 and not twins(paths)}


def twins(paths: list[Path]) -> bool:
    folders = [path.parent for path in paths]
    siblings = len(set(folders)) == len(folders) and len({folder.parent for folder in folders}) == 1
    return siblings and len({path.name for path in paths}) == 1 and folders[0].parts[0] == "adapters"
