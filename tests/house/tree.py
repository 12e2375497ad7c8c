"""The project's files as git sees them, committed or about to be, parsed once for all house tests."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("bot", "adapters", "flows", "store")


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file that is tracked or would be, relative to the root; what .gitignore names isn't there."""
    listed = ("git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return tuple(sorted(Path(name) for name in names if name and (ROOT / name).is_file()))


def modules(*rooms: str) -> Iterator[Path]:
    """The Python files of these top folders, migrations apart: alembic writes those."""
    for path in kept_files():
        if path.suffix == ".py" and path.parts[0] in rooms and "migrations" not in path.parts:
            yield path


@cache
def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(text(path), filename=str(path))


def said(module: ast.Module) -> Iterator[str]:
    """Identifiers and strings; docstrings cite their sources and don't count."""
    docstrings = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        match node:
            case ast.Constant(value=str(value)) if id(node) not in docstrings:
                yield value
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.alias(name=name, asname=other):
                yield f"{name} {other or ''}"
            case ast.ImportFrom(module=str(name)):
                yield name
