"""The bill of materials names all that is installed, by version and hash, and hangs together; and nothing is installed from source."""

import re
from importlib.metadata import version

from tests.house.tree import ROOT, text
from tests.sbom import bill, pinned

LOCK = (ROOT / "requirements/runtime.txt").read_text(encoding="utf-8")


def test_every_line_of_the_lock_is_in_the_bill_with_all_its_hashes() -> None:
    components = {one["name"]: one for one in bill()["components"]}
    assert sorted(components) == sorted(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", LOCK, re.MULTILINE))
    hashes = [each["content"] for one in components.values() for each in one["hashes"]]
    assert sorted(hashes) == sorted(re.findall(r"sha256:([0-9a-f]{64})", LOCK))
    assert components["aiohttp"]["version"] == version("aiohttp")


def test_everything_that_hangs_on_something_is_in_it_and_reached_from_the_top() -> None:
    found = bill()
    hangs = {one["ref"]: one["dependsOn"] for one in found["dependencies"]}
    reached: set[str] = set()
    todo = [found["metadata"]["component"]["bom-ref"]]
    while todo:
        reached.add(ref := todo.pop())
        todo += [one for one in hangs[ref] if one not in reached]
    assert {one.purl for one in pinned()} - reached <= {
        one["purl"]
        for one in found["components"]
        if "licenses" not in one or ";" in next(line for line in LOCK.splitlines() if line.startswith(one["name"] + "=="))
    }  # what another platform alone needs hangs on nothing here


def test_what_is_installed_comes_as_wheels_and_by_hash() -> None:
    made = text(ROOT / "Makefile")
    installs = [line for line in made.splitlines() if re.search(r"\$\(INSTALL\).* -r |pip install.* -r ", line)]
    assert len(installs) == 5
    assert all("--require-hashes" in line or "$(WHEELS)" in line for line in installs)
    (built,) = (line for line in installs if "$(WHEELS)" not in line and "--only-binary :all:" not in line)
    assert "requirements/push.txt" in built  # an extra, and no part of `make setup`
    assert "WHEELS := --only-binary :all: --require-hashes" in made
