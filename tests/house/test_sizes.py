"""Nothing grows too long to be read at one sitting: files, functions and steps have limits."""

import ast

from tests.house.tree import CODE, modules, parsed, text

FILE, FUNCTION, STEP = 300, 50, 40


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def is_step(node: ast.ClassDef) -> bool:
    names = (decorator.func if isinstance(decorator, ast.Call) else decorator for decorator in node.decorator_list)
    return any(isinstance(name, ast.Name) and name.id == "step" for name in names)


def test_files_stay_short() -> None:
    long = {str(path): count for path in modules(*CODE, "tests") if (count := len(text(path).splitlines())) > FILE}
    assert not long


def test_functions_stay_short() -> None:
    long = {
        f"{path}:{node.lineno} {node.name}": lines(node)
        for path in modules(*CODE, "tests")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines(node) > FUNCTION
    }
    assert not long


def test_steps_stay_short() -> None:
    long = {
        f"{path}:{node.lineno} {node.name}": lines(node)
        for path in modules(*CODE, "tests")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef) and is_step(node) and lines(node) > STEP
    }
    assert not long
