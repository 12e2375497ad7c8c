"""No file or class is a drawer for odds and ends: a name says what a thing is."""

import ast
import re

from tests.house.tree import CODE, modules, parsed

DRAWER = re.compile(r"(^|_)(utils?|helpers?|common|misc|managers?|shared|core|base)$")
BLUR = re.compile(r"(Manager|Helper|Utils?|Impl|Base)$|^(Abstract|Base)[A-Z]")


def test_no_file_is_a_drawer() -> None:
    assert [
        str(path) for path in modules(*CODE, "tests") if any(DRAWER.search(part) for part in path.with_suffix("").parts)
    ] == []


def test_no_class_hides_behind_a_blurred_name() -> None:
    blurred = [
        f"{path}:{node.lineno} {node.name}"
        for path in modules(*CODE, "tests")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef) and BLUR.search(node.name)
    ]
    assert blurred == []
