"""Every module opens with one sentence, on its first line, that says what it is for."""

import ast

from tests.house.tree import CODE, modules, parsed, text


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path)
        for path in modules(*CODE, "tests")
        if text(path).strip() and not opening(parsed(path)).endswith((".", "?", "!"))
    ]
    assert not silent


def test_a_module_without_a_sentence_is_found() -> None:
    assert opening(ast.parse("import os")) == ""
    assert opening(ast.parse('"""Half a sentence\nthat goes on."""')) == "Half a sentence"


def opening(module: ast.Module) -> str:
    return (ast.get_docstring(module) or "").partition("\n")[0]
