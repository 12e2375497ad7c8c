"""`make faults`: conversations on two replicas while everything around them breaks; several seeds side by side, and one table of them all."""

import argparse
import asyncio
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.faults.plan import brief, planned
from tests.faults.run import Figures, plainly, run

RATE, PAUSE = 0.5, 2.5  # conversations a second of one seed, and seconds between two things that go wrong
PARTS = ("ends", "faults", "met", "answers", "effects")
TITLES = {
    "ends": "how conversations ended",
    "faults": "what went wrong",
    "met": "what became of requests on broken wires",
    "answers": "what people's requests were answered",
    "effects": "what was done",
}


def main() -> None:
    given = _arguments()
    if given.alone is not None:
        _one(given.alone, given)
        return
    began = time.time()
    seeds = [given.seed] if given.seed is not None else list(range(given.first, given.first + given.seeds))
    with ThreadPoolExecutor(given.beside) as pool:
        made = list(pool.map(lambda seed: _apart(seed, given), seeds))
    print("\n".join(_table([figures for figures in made if figures], time.time() - began)))
    failed = [seed for seed, figures in zip(seeds, made, strict=True) if not figures or figures["wrong"]]
    if failed:
        print(f"\nAgain, one of them: make faults SEED={failed[0]} CONVERSATIONS={given.conversations}")
    sys.exit(bool(failed))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seeds", type=int, default=4, help="so many, one after the other from --first")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seed", type=int, help="this one alone")
    parser.add_argument("--conversations", type=int, default=100, help="of each seed")
    parser.add_argument("--beside", type=int, default=2, help="seeds at the same time")
    parser.add_argument("--keep", action="store_true", help="keep the folders of logs")
    parser.add_argument("--brief", action="store_true", help="the short form that `make test` has")
    parser.add_argument("--alone", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


def _one(seed: int, given: argparse.Namespace) -> None:
    folder = Path(tempfile.mkdtemp(prefix=f"unlatch-faults-{seed}-"))
    plan = brief(seed) if given.brief else planned(seed, given.conversations, given.conversations / RATE, PAUSE)
    figures = asyncio.run(_unless_told_to_end(run(plan, folder)))
    print(json.dumps(plainly(figures)))
    if given.keep:
        print(f"seed {seed}: {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder, ignore_errors=True)


async def _unless_told_to_end(work: Coroutine[Any, Any, Figures]) -> Figures:
    """SIGTERM takes the servers and replicas away as well."""
    task = asyncio.create_task(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def _apart(seed: int, given: argparse.Namespace) -> dict[str, Any]:
    """In a process of its own; empty when it didn't come to its end."""
    command = [sys.executable, "-m", "tests.faults", "--alone", str(seed), "--conversations", str(given.conversations)]
    flags = [f"--{name}" for name in ("keep", "brief") if getattr(given, name)]
    done = subprocess.run([*command, *flags], stdout=subprocess.PIPE, check=False)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else {}
    wrong = figures.get("wrong", ["it didn't come to its end"])
    spans = ", ".join(f"{seconds:.0f} s {what}" for what, seconds in figures.get("seconds", {}).items())
    print(f"seed {seed}: {figures.get('talks', 0)} conversations, {len(wrong)} wrong ({spans})", flush=True)
    return figures


def _table(all_figures: Sequence[Mapping[str, Any]], seconds: float) -> Iterator[str]:
    talks = sum(figures["talks"] for figures in all_figures)
    yield f"\n{talks} conversations of {len(all_figures)} seeds in {seconds:.0f} s"
    for part in PARTS:
        total: Counter[str] = Counter()
        for figures in all_figures:
            total.update(figures[part])
        yield f"\n{TITLES[part]}"
        yield from (f"  {name:72}{n:7}" for name, n in sorted(total.items(), key=lambda each: -each[1]))
    yield "\nwhat is wrong"
    wrong = [f"  seed {figures['seed']}: {sentence}" for figures in all_figures for sentence in figures["wrong"]]
    yield from wrong or ["  nothing"]


if __name__ == "__main__":
    main()
