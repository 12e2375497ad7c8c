"""What `make mutations` takes out is still there, once, and so is the test that must notice."""

import ast
from pathlib import Path

from tests.house.tree import ROOT, parsed
from tests.mutations.__main__ import DEFENCES


def test_each_defence_stands_once_in_the_product() -> None:
    assert {d.name: places for d in DEFENCES if len(places := [str(p) for p in d.places()]) != 1} == {}


def test_each_of_their_tests_is_there() -> None:
    asked = {tuple(d.test.partition("[")[0].split("::")) for d in DEFENCES}
    assert {(file, test) for file, test in asked if not (ROOT / file).is_file() or test not in functions(Path(file))} == set()


def test_no_two_defences_are_the_same() -> None:
    assert len({d.name for d in DEFENCES}) == len({(d.text, d.without) for d in DEFENCES}) == len(DEFENCES)


def functions(file: Path) -> set[str]:
    return {node.name for node in parsed(file).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
