"""The old part of the audit in signed files outside the database: each continues the one before, and the live rest the last of them."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol, Self, TextIO

from bot.audit.chain import GENESIS, AuditEntry, Verifier, exported, imported
from bot.audit.checkpoints import Checkpoint, checkpoint, genuine, parsed
from bot.platform.clock import World
from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys

PURPOSE = "archive"  # another than a checkpoint's, which says nothing of where its rows are
MOST = 100_000  # rows of one file
DAY = 86400.0
NOTHING = Checkpoint(0.0, 0, GENESIS, "")  # has left the database so far


class LiveAudit(Protocol):
    """The part of the chain that stands in the database."""

    async def archived(self) -> Checkpoint | None:
        """What the database says of the rows that have left it."""

    def rows(self, after: int = 0) -> AsyncIterator[AuditEntry]:
        """Those that stand there, in their order."""

    async def left(self, before: int, mark: Checkpoint, file: str) -> bool:
        """From now on the rows up to `mark.count` are outside. False, and nothing: so far it wasn't `before` that were."""

    async def drop(self, through: int) -> None:
        """Rows that are outside are deleted, a few at a time."""


@dataclass(frozen=True)
class AuditArchive:
    """Moves whole days into files. A process may die anywhere: no row is deleted before its file and the mark of it are on disk."""

    audit: LiveAudit
    folder: Path
    keys: Keys
    world: World

    async def move(self, days: int) -> Checkpoint:
        """All rows that are older than so many days; returns the end of what is outside. Raises OperatorError, OSError."""
        mark = await self.audit.archived() or NOTHING
        if mark is not NOTHING and not genuine(mark, self.keys, PURPOSE):
            raise OperatorError(
                "The database's mark of what was archived isn't signed by this key ring. `unlatch audit verify` looks closer."
            )
        await self.audit.drop(mark.count)  # what was left when somebody died
        before = self.world.now() - days * DAY
        while (end := await self._file(mark, before)) and await self.audit.left(mark.count, end, _name(mark)):
            mark = end
            await self.audit.drop(mark.count)
        return mark

    async def _file(self, mark: Checkpoint, before: float) -> Checkpoint | None:
        """The end of the next file. None: there is nothing so old.

        Nobody deletes one, not even whoever was slower than another replica: the other may have taken it for his own.
        """
        part = _Part.beside(self.folder, mark, self.world.id("archive"))
        try:
            async for row in self.audit.rows(mark.count):
                if row.at >= before or part.verifier.seq - mark.count >= MOST:
                    break
                part.add(row)
            if part.verifier.seq == mark.count:
                return None
            end = checkpoint(part.verifier.seq, part.verifier.head, self.world.now(), self.keys, PURPOSE)
            if await asyncio.to_thread(part.finish, end):
                return end
            return self._whole(part.whole, mark)  # of somebody who died before he could say so, or is about to
        finally:
            part.forget()

    def _whole(self, path: Path, mark: Checkpoint) -> Checkpoint:
        """The end of a file that stands there already and continues what is outside. Raises OperatorError."""
        verifier, end = Verifier(seq=mark.count, head=mark.head), NOTHING
        for line in read(path):
            if isinstance(line, Checkpoint):
                end = line
            else:
                verifier.see(line)
        if verifier.findings or not ends(end, verifier, self.keys):
            raise OperatorError(f"{path} is in the way: it isn't the archive of the rows from {mark.count + 1} on. Move it away.")
        return end


@dataclass
class _Part:
    """A file while it is written. A chain that somebody was at isn't signed by us."""

    path: Path
    whole: Path
    verifier: Verifier
    file: TextIO

    @classmethod
    def beside(cls, folder: Path, mark: Checkpoint, name: str) -> Self:
        """The one for the rows that follow `mark`; `name` is nobody else's."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        whole = folder / _name(mark)
        path = folder / f"{name}.part"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        return cls(path, whole, Verifier(seq=mark.count, head=mark.head), os.fdopen(handle, "w", encoding="utf-8"))

    def add(self, row: AuditEntry) -> None:
        """The next one. Raises OperatorError."""
        self.verifier.see(row)
        if self.verifier.findings:
            raise OperatorError(f"The audit isn't archived, since somebody was at it. {self.verifier.findings[0].sentence}")
        self.file.write(f"{exported(row)}\n")

    def finish(self, end: Checkpoint) -> bool:
        """On disk under its own name, if nothing has it yet."""
        self.file.write(f"{json.dumps(asdict(end))}\n")
        self.file.flush()
        os.fsync(self.file.fileno())
        try:
            os.link(self.path, self.whole)
        except FileExistsError:
            return False
        folder = os.open(self.whole.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        return True

    def forget(self) -> None:
        """Nothing of it stays."""
        with suppress(OSError):  # what it still holds doesn't fit on the disk
            self.file.close()
        self.path.unlink(missing_ok=True)


def _name(mark: Checkpoint) -> str:
    """Of the file whose rows follow `mark`."""
    return f"audit-{mark.count + 1:012}.jsonl"


def files(folder: Path) -> list[Path]:
    """All that were archived, the oldest first."""
    return sorted(folder.glob("audit-*.jsonl"))


def read(path: Path) -> Iterator[AuditEntry | Checkpoint]:
    """The rows of an archived or exported file; an archived one ends with its signature. Raises ValueError, OSError."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield parsed(line) or imported(line)
            except ValueError:
                raise ValueError(f"{path}, line {number}: not a row of the audit.") from None


def ends(end: Checkpoint, verifier: Verifier, keys: Keys) -> bool:
    """Whether `end` is our signature under the rows that `verifier` has seen."""
    return genuine(end, keys, PURPOSE) and (end.count, end.head) == (verifier.seq, verifier.head)
