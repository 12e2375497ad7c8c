"""The only files that may look into a Secret, each of them for a reason."""

import ast

from tests.house.tree import CODE, modules, parsed

MAY_REVEAL: tuple[str, ...] = ()


def test_secrets_are_revealed_in_the_listed_files_and_in_no_other() -> None:
    assert sorted(str(path) for path in modules(*CODE) if reveals(parsed(path))) == sorted(MAY_REVEAL)


def test_a_method_passed_on_uncalled_counts_as_well() -> None:
    assert reveals(ast.parse("key = map(Secret.reveal, secrets)"))
    assert not reveals(ast.parse("class Secret:\n    def reveal(self): ..."))


def reveals(module: ast.Module) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "reveal" for node in ast.walk(module))
