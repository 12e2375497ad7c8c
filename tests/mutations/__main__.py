"""Takes out one defence after the other, each in a copy of the tree, and says which of them no test missed: `make mutations`."""

import compileall
import os
import py_compile
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from tests.house.tree import ROOT, kept_files
from tests.mutations.cases import GUIDED
from tests.mutations.defence import Defence
from tests.mutations.doors import EDGE, OUTSIDE, OWN_PAGE, WINDOWS
from tests.mutations.grants import GRANTS
from tests.mutations.methods import METHODS, REGISTRATION
from tests.mutations.passkeys import PASSKEYS
from tests.mutations.phones import PHONES
from tests.mutations.questions import QUESTIONS
from tests.mutations.records import RECORDS
from tests.mutations.rules import RULES
from tests.mutations.sets import SIGNED

DEFENCES = (
    *GRANTS,
    *GUIDED,
    *METHODS,
    *REGISTRATION,
    *PASSKEYS,
    *PHONES,
    *QUESTIONS,
    *SIGNED,
    *WINDOWS,
    *OWN_PAGE,
    *EDGE,
    *OUTSIDE,
    *RECORDS,
    *RULES,
)
COPIES = 2  # of the tree, worked on side by side
ONE_RUN = 600.0  # seconds
PASSED, FAILED = 0, 1  # pytest's exit codes; any other says that nothing was tested
FAILURE = re.compile(r"^FAILED \S+?::(.*)$", re.MULTILINE)
NOTICED = "noticed"


def copied(tree: Path) -> Path:
    """The tree as git sees it. What is compiled is known by its content, so that a file that was just changed is compiled anew."""
    for path in kept_files():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tree / path)
    compileall.compile_dir(tree, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    return tree


def run(tree: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """These tests, over that tree's own code, up to the first failure."""
    line = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "--tb=line", "-p", "no:cacheprovider", *tests]
    here = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "240"}
    return subprocess.run(line, cwd=tree, env=here, capture_output=True, text=True, check=False, timeout=ONE_RUN)


@contextmanager
def without(tree: Path, file: Path, defence: Defence) -> Iterator[None]:
    whole = (tree / file).read_text(encoding="utf-8")
    (tree / file).write_text(whole.replace(defence.text, defence.without), encoding="utf-8")
    try:
        yield
    finally:
        (tree / file).write_text(whole, encoding="utf-8")


def tried(trees: "SimpleQueue[Path]", defence: Defence) -> tuple[str, str]:
    """What became of it, and how the test put it."""
    if len(places := defence.places()) != 1:
        return "STALE", f"its text stands {len(places)} times: {[str(place) for place in places]}"
    tree = trees.get()
    try:
        with without(tree, places[0], defence):
            done = run(tree, defence.test)
    finally:
        trees.put(tree)
    if done.returncode == PASSED:
        return "SURVIVED", f"{places[0]}, {defence.test}"
    found = FAILURE.search(done.stdout)
    if done.returncode != FAILED or not found:
        return "BROKEN", f"{places[0]}, {defence.test}\n{done.stdout}{done.stderr}"
    return NOTICED, found[1]


def main(wanted: str) -> int:
    """Nothing counts as noticed whose test fails anyway."""
    chosen = [defence for defence in DEFENCES if wanted in defence.name]
    trees: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="unlatch-mutations-") as folder, ThreadPoolExecutor(COPIES) as pool:
        first = copied(Path(folder) / "0")
        untouched = run(first, *dict.fromkeys(defence.test for defence in chosen))
        if untouched.returncode != PASSED:
            sys.stdout.write(
                f"{untouched.stdout}{untouched.stderr}\nWith all defences in place these tests have to pass first.\n"
            )
            return 2
        for number in range(COPIES):
            trees.put(shutil.copytree(first, Path(folder) / str(number), dirs_exist_ok=True) if number else first)
        missed = 0
        for defence, (became, how) in zip(chosen, pool.map(partial(tried, trees), chosen), strict=True):
            sys.stdout.write(f"{became:9} {defence.name}: {how}\n")
            sys.stdout.flush()
            missed += became != NOTICED
    sys.stdout.write(f"{len(chosen) - missed} of {len(chosen)} noticed.\n")
    return 1 if missed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
