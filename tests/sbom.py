"""The bill of materials (`make sbom`): everything that `make setup` installs, as CycloneDX 1.6, from the lock alone, so it is the same twice."""

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires
from typing import Any

from tests.house.tree import ROOT

LOCKS = ("requirements/runtime.txt",)
PINNED = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;\\]+)[^\\\n]*(?P<hashes>(?:\\\n\s+--hash=sha256:[0-9a-f]{64}\s*)+)",
    re.MULTILINE,
)
NAME = re.compile(r"[A-Za-z0-9._-]+")
KNOWN = "License-Expression"  # PEP 639; older packages have a sentence of their own, which isn't repeated


@dataclass(frozen=True, slots=True)
class Pinned:
    """One line of the lock. `hashes` are those of all files of that version, one for each platform."""

    name: str
    version: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Its name for the whole world."""
        return f"pkg:pypi/{self.name}@{self.version}"


def pinned() -> Iterator[Pinned]:
    """In the order of the lock."""
    for lock in LOCKS:
        for found in PINNED.finditer((ROOT / lock).read_text(encoding="utf-8")):
            hashes = re.findall("sha256:([0-9a-f]{64})", found["hashes"])
            yield Pinned(found["name"], found["version"], tuple(hashes))


def bill() -> Mapping[str, Any]:
    """No time and no serial number stand in it: who publishes one signs it, and two of the same lock are the same."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = {one.name: one for one in pinned()}
    ours = f"pkg:pypi/{project['name']}@{project['version']}"
    root = {"type": "application", "bom-ref": ours, "name": project["name"], "version": project["version"], "purl": ours}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**root, "licenses": [{"license": {"id": project["license"]}}]}},
        "components": [_component(one) for one in found.values()],
        "dependencies": [
            {
                "ref": ours,
                "dependsOn": _purls((ROOT / "requirements/runtime.in").read_text(encoding="utf-8").splitlines(), found),
            },
            *({"ref": one.purl, "dependsOn": _purls(_required(one.name), found)} for one in found.values()),
        ],
    }


def _component(one: Pinned) -> Mapping[str, Any]:
    hashes = [{"alg": "SHA-256", "content": each} for each in one.hashes]
    made = {"type": "library", "bom-ref": one.purl, "name": one.name, "version": one.version, "purl": one.purl}
    return {**made, **_licence(one.name), "hashes": hashes}


def _licence(name: str) -> Mapping[str, Any]:
    try:
        about = metadata(name)
    except PackageNotFoundError:  # for another platform
        return {}
    return {"licenses": [{"expression": about[KNOWN]}]} if KNOWN in about else {}


def _required(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:
        return []


def _purls(wanted: list[str], found: Mapping[str, Pinned]) -> list[str]:
    names = [re.sub("[._-]+", "-", match[0]).lower() for line in wanted if (match := NAME.match(line))]
    return sorted({found[name].purl for name in names if name in found})


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, indent=2)
