"""`make intents`: checks the weights and scores our own phrases; with DATA=folder it learns them anew and says on what."""

import argparse
import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bot.language.scoring import Score, judge, tables
from bot.language.second_opinion import FILE
from tests.intents.phrases import free, held_out, own, phrase, rows, wanted

HASH = FILE.with_suffix(".sha256")


def main() -> None:
    """Reads the arguments."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, help="a folder of .jsonl files with phrases by others; each row has its licence")
    asked.add_argument("--judge", metavar="NAME", help="cross-validate as well, on the phrases of NAME.jsonl; takes minutes")
    chosen = asked.parse_args()
    if chosen.data:
        train(chosen.data, chosen.judge)
    elif HASH.read_text().strip() != digest():
        raise SystemExit(f"{FILE} isn't what was trained: run `make intents DATA=folder`, or take the file from version control.")
    print("Held-out phrases of our own:")
    show(tables(map(judge, held_out())).items())


def train(folder: Path, judging: str | None) -> None:
    """Learns from all that may be learned from, and writes the weights and their hash; `judging` names a file to cross-validate on."""
    from tests.intents.crossvalidation import TRIED, best, judged, judged_by, opinions
    from tests.intents.training import learned, written

    everything = list(rows(folder))
    others = [p for row in everything if free(row) and (p := phrase(row))]
    left_out = Counter(str(row["license"]) for row in everything if not free(row))
    ours = list(own())
    if judging:
        asked = {w: p.source for row in rows(folder, judging) if (w := wanted(row)) and (p := phrase(row))}
        second = tuple(opinions(ours, others, asked))
        print("By others, each source judged by what the rest taught:")
        show(tables(judged(second)).items())
        print("Margins to write into bot/language/decision.py:", best({m: tuple(judged_by(second, m)) for m in TRIED}))
    said = {"own": len(ours), "others": len(others)} | {f"left out: {name}": number for name, number in left_out.items()}
    written(learned([*ours, *others]), said, FILE)
    HASH.write_text(f"{digest()}\n")
    print("Learned from", said)


def digest() -> str:
    """Of the weights as they lie there."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


def show(scores: Iterable[tuple[str, Score]]) -> None:
    """One line each."""
    print(f"{'':24}{'phrases':>8}{'at once':>9}{'reached':>9}{'precision':>11}{'false asks':>12}{'mean cost':>11}")
    for name, s in scores:
        print(f"{name:24}{s.phrases:8}{s.at_once:9.3f}{s.reached:9.3f}{s.precise:11.3f}{s.false_asks:12.3f}{s.cost:11.3f}")


if __name__ == "__main__":
    main()
