"""The audit: a chain of rows in which each holds the hash of the one before, and how to find out that somebody was at it."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.audit.checkpoints import Checkpoint
from bot.platform.sentences import Args

GENESIS = "0" * 64  # what the first row, number 1, follows
TAG = re.compile(r"[a-z][a-z0-9_-]*(:[a-z][a-z0-9_.-]*){2,3}")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One refusal or effect. `tag` is source:subject:action, with an outcome where there is one; `hash` covers all the others."""

    seq: int
    at: float
    tag: str
    subject: str
    detail: Args
    previous: str
    hash: str


class AccountAudit(Protocol):
    """What the audit tells of one account, as far as it is in the database."""

    async def about(self, subject: str, most: int, begins: str = "") -> Sequence[AuditEntry]:
        """Newest first; of those whose tag `begins` so."""


class Wrong(StrEnum):
    """What can be wrong with a chain."""

    TAMPERED = "tampered"
    MISSING = "missing"
    REORDERED = "reordered"
    CUT = "cut"  # the tail, as an outside checkpoint shows
    REWRITTEN = "rewritten"  # a whole new chain, as an outside checkpoint shows


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Something is wrong at row `seq`."""

    seq: int
    wrong: Wrong
    sentence: str


def chained(previous: str, seq: int, at: float, tag: str, subject: str, detail: Args) -> AuditEntry:
    """The row that follows `previous`, the hash of row `seq - 1`. Raises ValueError for a tag that is none."""
    if not TAG.fullmatch(tag):
        raise ValueError(f"not source:subject:action: {tag}")
    return AuditEntry(seq, float(at), tag, subject, detail, previous, _hash(previous, seq, at, tag, subject, detail))


def _hash(previous: str, seq: int, at: float, tag: str, subject: str, detail: Args) -> str:
    """SHA-256 over JSON without blanks, names in alphabetical order: what an auditor can work out from one exported line."""
    fields = {"at": float(at), "detail": detail, "previous": previous, "seq": seq, "subject": subject, "tag": tag}
    return hashlib.sha256(json.dumps(fields, separators=(",", ":")).encode()).hexdigest()


def exported(row: AuditEntry) -> str:
    """A row as one line of JSON, in the order of the alphabet."""
    return json.dumps(asdict(row), separators=(",", ":"), sort_keys=True)


def imported(line: str) -> AuditEntry:
    """Back from `exported`. Raises ValueError for anything else."""
    try:
        kept = json.loads(line)
        detail = tuple((str(name), str(value)) for name, value in kept["detail"])
        tag, subject, previous, hash_ = (str(kept[name]) for name in ("tag", "subject", "previous", "hash"))
        return AuditEntry(int(kept["seq"]), float(kept["at"]), tag, subject, detail, previous, hash_)
    except (ValueError, TypeError, KeyError):
        raise ValueError("not a row of the audit") from None


def verify(rows: Iterable[AuditEntry], checkpoints: Sequence[Checkpoint] = ()) -> list[ChainFault]:
    """What is wrong with a chain, the oldest first; empty: nothing is. `checkpoints` are genuine ones (bot/audit/checkpoints.py)."""
    verifier = Verifier(checkpoints)
    for row in rows:
        verifier.see(row)
    return verifier.end()


@dataclass(slots=True)
class Verifier:
    """The same row by row, for a chain too long to be held."""

    checkpoints: Sequence[Checkpoint] = ()
    findings: list[ChainFault] = field(default_factory=list)
    seq: int = 0
    head: str = GENESIS
    _heads: dict[int, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._heads = {0: {GENESIS}}
        for checkpoint in self.checkpoints:
            self._heads.setdefault(checkpoint.count, set()).add(checkpoint.head)

    def see(self, row: AuditEntry) -> None:
        """The next one in the order of `seq`."""
        if row.hash != _hash(row.previous, row.seq, row.at, row.tag, row.subject, row.detail):
            self._find(row.seq, Wrong.TAMPERED, "its content isn't what was written")
        elif self._heads.get(row.seq, {row.hash}) != {row.hash}:
            self._find(row.seq, Wrong.REWRITTEN, "a checkpoint outside the database holds another hash for it")
        if row.seq > self.seq + 1:
            self._find(self.seq + 1, Wrong.MISSING, f"it and all others before row {row.seq} are missing")
        elif row.seq <= self.seq:
            self._find(row.seq, Wrong.REORDERED, f"it stands after row {self.seq}")
        elif row.previous != self.head:
            self._find(row.seq, Wrong.TAMPERED, "it doesn't follow the row before it, which was replaced")
        self.seq, self.head = max(row.seq, self.seq), row.hash

    def end(self) -> list[ChainFault]:
        """There are no more rows: returns all that is wrong, a tail that was cut included."""
        if (newest := max(self._heads)) > self.seq:
            self._find(self.seq + 1, Wrong.CUT, f"a checkpoint outside the database counted {newest} rows, there are {self.seq}")
        return self.findings

    def _find(self, seq: int, wrong: Wrong, why: str) -> None:
        self.findings.append(ChainFault(seq, wrong, f"Row {seq}: {why}."))
