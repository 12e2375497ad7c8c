"""The whole audit looked at: archived files, the rest in the database or in an export, and checkpoints from outside."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.audit.archive import NOTHING, PURPOSE, LiveAudit, ends, files, read
from bot.audit.chain import AuditEntry, Verifier
from bot.audit.checkpoints import Checkpoint, genuine
from bot.audit.checkpoints import read as marks
from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys


@dataclass
class Look:
    """One look, from the first row that is at hand to the last."""

    ring: Callable[[], Keys]  # asked where something is signed
    checkpoints: Sequence[Checkpoint]
    also: Callable[[AuditEntry], object] = id  # who sees each row as well
    verifier: Verifier = field(init=False)
    odd: list[str] = field(default_factory=list)
    unseen: int = 0  # rows that were archived, and whose files aren't at hand

    def __post_init__(self) -> None:
        self.verifier = Verifier(self.checkpoints)

    def files(self, paths: Sequence[Path], *, signed: bool = False) -> None:
        """In the order of their rows. `signed`: each has to end with our signature. Raises OperatorError."""
        for path in sorted(paths, key=_first):
            end, own, seen = None, Verifier(), self.verifier.seq
            for line in _lines(path):
                if isinstance(line, Checkpoint):
                    end = line
                    continue
                own.see(line)
                if line.seq > seen:  # two files may hold the same rows, of two replicas that were at it at once
                    self._see(line)
            if (end is None and signed) or (end is not None and not ends(end, own, self.ring())):
                self.odd.append(f"{path}: it doesn't end with a signature of this key ring under its rows.")

    async def whole(self, live: LiveAudit, folder: Path) -> "Look":
        """Archived files, and behind them what is in the database; once more, where rows were archived meanwhile."""
        before, archived = await live.archived(), files(folder)
        look = Look(self.ring, self.checkpoints, self.also)
        if before and not genuine(before, self.ring(), PURPOSE):
            look.odd.append("The database's mark of what was archived isn't signed by this key ring.")
            before = None
        look.files(archived, signed=True)
        if before and not archived:
            look.unseen, look.verifier = before.count, Verifier(self.checkpoints, seq=before.count, head=before.head)
        async for row in live.rows(look.verifier.seq):
            look._see(row)
        steady = (await live.archived() or NOTHING) == (before or NOTHING)
        return look if steady or look.odd else await self.whole(live, folder)

    def _see(self, row: AuditEntry) -> None:
        self.verifier.see(row)
        self.also(row)

    def wrong(self) -> list[str]:
        """All that is, in sentences."""
        return [*self.odd, *(finding.sentence for finding in self.verifier.end())]

    def said(self) -> str:
        """How much there was to be seen."""
        if self.unseen:
            return f"{self.verifier.seq - self.unseen} rows (rows 1 to {self.unseen} were archived, and their files aren't here: --archive says where)"
        return f"{self.verifier.seq} rows"


def genuine_of(path: Path, ring: Callable[[], Keys], wrong: list[str]) -> list[Checkpoint]:
    """Checkpoints that we signed; each line that is something else is told to `wrong`. Raises OperatorError."""
    found, keys = [], ring()
    try:
        for number, mark in marks(path):
            if mark and genuine(mark, keys):
                found.append(mark)
            else:
                wrong.append(f"{path}, line {number}: not a checkpoint that was signed by this key ring.")
    except OSError:
        raise OperatorError(f"The checkpoints can't be read from {path}.") from None
    return found


def _lines(path: Path) -> Iterator[AuditEntry | Checkpoint]:
    try:
        yield from read(path)
    except ValueError as odd:
        raise OperatorError(str(odd)) from None
    except OSError:
        raise OperatorError(f"{path} can't be read.") from None


def _first(path: Path) -> int:
    return next((line.seq for line in _lines(path) if isinstance(line, AuditEntry)), 0)
