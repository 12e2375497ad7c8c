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
