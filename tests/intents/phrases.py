"""Our own phrases and, from a folder outside the repository, those of others that may be learned from."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.language.intent import Intent, understood
from bot.language.scoring import Wanted

OWN = Path(__file__).parent / "phrases"
TSV = Path(__file__).parents[1] / "unit" / "data"
# What others wrote may be learned from under these; share-alike, unnamed, and people's words in issue trackers may not.
FREE = re.compile(r"CC-BY-[34]\.0|CDLA-(Permissive|Sharing)|Apache-2\.0|MIT")
# Enough to tell our German from our English.
GERMAN = re.compile(
    r"[äöüß]|\b(ich|mein\w*|nicht|kann|bitte|und|das|ist|wie|mir|neues?|passwort|kennwort|konto|handy)\b", re.IGNORECASE
)
HEADING = re.compile(r"\[(?P<intents>[\w|]+)\]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """`accept`: what it may be understood as, each as right; `source`: whose words they are, `language` as far as it is known."""

    text: str
    accept: tuple[str, ...]
    source: str
    language: str


def own() -> Iterator[Phrase]:
    """Written for Unlatch: by language, and those that the rules were tuned on."""
    for file in sorted(OWN.glob("*.txt")):
        accept: tuple[str, ...] = ()
        for line in file.read_text(encoding="utf-8").splitlines():
            if heading := HEADING.fullmatch(line):
                accept = tuple(Intent(intent) for intent in heading["intents"].split("|"))
            elif line and not line.startswith("#"):
                yield Phrase(line, accept, "own", file.stem)
    yield from _tsv("intents_tuned")


def held_out() -> Iterator[Wanted]:
    """Ours as well, and never learned from. Several intents: it may be asked; none: nothing is to be done."""
    for p in _tsv("intents_heldout"):
        want = "silent" if p.accept == ("nothing",) else "any" if "nothing" in p.accept else "ask" if len(p.accept) > 1 else "act"
        yield Wanted(p.text, frozenset(p.accept), want, p.language, p.accept[0])


def _tsv(name: str) -> Iterator[Phrase]:
    for line in (TSV / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            accept, _, text = line.partition("\t")
            yield Phrase(text, tuple(accept.split("|")), "own", "de" if GERMAN.search(text) else "en")


def rows(folder: Path, name: str = "*") -> Iterator[dict[str, object]]:
    """Every line of the .jsonl files in the folder, or of one."""
    for file in sorted(folder.glob(f"{name}.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def free(row: dict[str, object]) -> bool:
    """Whether its licence allows to learn from it."""
    return bool(FREE.match(str(row["license"])))


def phrase(row: dict[str, object]) -> Phrase | None:
    """None: its label is too coarse to say what is wanted."""
    text, accept = str(row["text"]), row.get("accept")
    source = str(row["source"]).removeprefix("GitHub ").split(" ")[0].split("#")[0]
    if isinstance(accept, list):
        return Phrase(text, tuple(map(str, accept)), source, str(row.get("lang", "en")))
    if row["label"] == "reset_password":
        return Phrase(text, (Intent.RESET,), source, "en")
    return Phrase(text, (Intent.NOTHING,), source, "en") if understood(text).intent is Intent.NOTHING else None


def wanted(row: dict[str, object]) -> Wanted | None:
    """None: it isn't known what should be done."""
    accept = row.get("accept")
    if not isinstance(accept, list):
        return None
    return Wanted(str(row["text"]), frozenset(map(str, accept)), str(row["want"]), str(row["lang"]), str(row["intent"]))
