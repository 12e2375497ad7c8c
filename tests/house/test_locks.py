"""What gets installed is pinned by hash, and where it comes from is the installing machine's business."""

import re
import tomllib

from tests.house.tree import ROOT, kept_files, text

LOCKS = sorted(path for path in kept_files() if path.parts[0] == "requirements" and path.suffix == ".txt")
PIN = re.compile(r"[a-z0-9][a-z0-9._-]*==[^\s;]+( ; [^\\]+?)?(\s*--hash=sha256:[0-9a-f]{64})+")
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.org|index.url|find.links|registry\.npmjs")


def unhashed(lock: str) -> list[str]:
    """The requirements of a lock that don't have the form name==version --hash=sha256:... ."""
    joined = re.sub(r"\\\n", "", lock)
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#") and not PIN.fullmatch(line.strip())]


def test_every_list_of_requirements_has_its_lock() -> None:
    lists = sorted(path.with_suffix(".txt") for path in kept_files() if path.suffix == ".in")
    assert lists == LOCKS


def test_every_requirement_is_pinned_by_hash() -> None:
    assert {str(path): loose for path in LOCKS if (loose := unhashed(text(path)))} == {}


def test_a_requirement_without_a_hash_is_found() -> None:
    assert unhashed("jinja2==3.1.6\naiohttp>=3\n") == ["jinja2==3.1.6", "aiohttp>=3"]


def test_no_lock_or_configuration_names_a_registry() -> None:
    read = (
        path
        for path in kept_files()
        if path.suffix in {".txt", ".in", ".toml", ".cfg", ".ini", ".yaml", ".yml", ".json", ".lock"}
    )
    assert [str(path) for path in read if REGISTRIES.search(text(path))] == []


def test_the_builder_in_the_lock_is_the_one_the_package_asks_for() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    assert asked == [line for line in (ROOT / "requirements/build.in").read_text(encoding="utf-8").splitlines() if line[0] != "#"]
