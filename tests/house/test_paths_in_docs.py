"""Every file that the documents name is there, and so is what they name in it: a path that moved leads a reader nowhere."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house.tree import ROOT, kept_files, text

DOCUMENTS = tuple(path for path in kept_files() if path.suffix == ".md" and path.name != "CHANGELOG.md")
CODE = re.compile(r"`([^`\n]+)`")
NEW = "NAME"  # of a file that a recipe has somebody write
FILE = re.compile(r"(?P<path>[\w./-]+\.(?:py|md|txt|tsv|po))(?:: (?P<inside>[\w.]+))?")
TEST = re.compile(r"(?P<path>(?:\w+/)*test_\w+)(?:: (?P<inside>\w+)…)?")
LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]+)")
FOLDER = re.compile(r"(?:bot|flows|adapters|store|tests|docs|manifest)/(?:[\w-]+/)*")


def test_every_path_in_the_documents_exists() -> None:
    assert [f"{document}: {wrong}" for document in DOCUMENTS for wrong in astray(text(document))] == []


def test_every_link_between_the_documents_leads_somewhere() -> None:
    links = [(document, link) for document in DOCUMENTS for link in LINK.findall(text(document))]
    assert [f"{document}: {link}" for document, link in links if not (ROOT / document.parent / link).exists()] == []
    assert len(links) > len(DOCUMENTS)


def test_a_path_that_leads_nowhere_is_found() -> None:
    told = (
        "`tests/house/tree.py: parsed`, `tree.py: lost`, `house/gone.py`, `bot/`, `bot/gone/`, `test_gone`, `test_sizes: files_…`"
    )
    assert list(astray(told)) == ["tree.py: lost", "house/gone.py", "bot/gone/", "test_gone"]


def astray(document: str) -> Iterator[str]:
    """What stands in backquotes and names a file, a folder, or something in a file, that isn't there."""
    for said in CODE.findall(document):
        if NEW in said:
            continue
        if found := FILE.fullmatch(said) or TEST.fullmatch(said):
            if not any(holds(text(path), found["inside"]) for path in ending_in(found["path"])):
                yield said
        elif FOLDER.fullmatch(said) and not any(str(path).startswith(said) for path in kept_files()):
            yield said


def holds(code: str, name: str | None) -> bool:
    """Whether something of this name is defined or given there; a test's name may be said without its beginning and its end."""
    return name is None or re.search(rf"(def|class) (test_)?{name}|\b{name}\b *[:=]", code) is not None


@cache
def ending_in(name: str) -> tuple[Path, ...]:
    """All files whose path ends so; a test's name may be said without its ending."""
    ends = tuple(f"/{name}{ending}" for ending in ("", ".py"))
    return tuple(path for path in kept_files() if f"/{path}".endswith(ends))
