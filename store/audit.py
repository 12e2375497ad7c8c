"""The audit's chain on disk: appended to as the last thing that a transaction does, read by verifier and export."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit.chain import AuditEntry, chained
from bot.audit.checkpoints import Checkpoint
from bot.model.facts import BY_STRANGERS, Audited
from bot.platform.clock import World
from bot.platform.sentences import args
from store.database import AnyRow, Database, upsert
from store.tables import AUDIT, AUDIT_ARCHIVED, AUDIT_HEAD, REFUSAL

PAGE = 500  # rows read, or deleted, at once
PAUSE = 0.02  # seconds between deletions, so that turns go first
MINUTE = 60

HEAD = select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash)
LOCKED_HEAD = HEAD.with_for_update()
NEW_HEAD = update(AUDIT_HEAD).values(seq=bindparam("seq_"), hash=bindparam("hash_"))
NEW_ROW = insert(AUDIT)
ROWS = select(AUDIT).where(AUDIT.c.seq > bindparam("after")).order_by(AUDIT.c.seq).limit(PAGE)
ABOUT = (
    select(AUDIT)
    .where(AUDIT.c.subject == bindparam("subject_"), AUDIT.c.tag.startswith(bindparam("begins_")))
    .order_by(AUDIT.c.seq.desc())
    .limit(bindparam("most_"))
)
_first = upsert(REFUSAL)
SUMMED = _first.on_conflict_do_update(index_elements=["minute", "tag"], set_={"n": REFUSAL.c.n + 1})
_outside = AUDIT_ARCHIVED.c
MARK = select(_outside.at, _outside.count, _outside.head, _outside.mac)
_marked = upsert(AUDIT_ARCHIVED)
MARKED = _marked.on_conflict_do_update(
    index_elements=["id"],
    set_={column.name: column for column in _marked.excluded if column.name != "id"},
    where=_outside.count == bindparam("before_"),
).returning(_outside.id)
_oldest = select(AUDIT.c.seq).where(AUDIT.c.seq <= bindparam("through_")).order_by(AUDIT.c.seq).limit(PAGE)
DROPPED = delete(AUDIT).where(AUDIT.c.seq.in_(_oldest))
FINISHED = delete(REFUSAL).where(REFUSAL.c.minute < bindparam("now_")).returning(REFUSAL.c.minute, REFUSAL.c.tag, REFUSAL.c.n)


async def append(conn: AsyncConnection, entries: Sequence[Audited], now: float) -> int:
    """Strangers' refusals are summed, so that a flood can neither grow nor slow the chain; all else continues it.

    Returns the number of the first row that continues it; 0: none does.
    """
    for entry in sorted((e for e in entries if BY_STRANGERS in e.detail), key=lambda e: e.tag):  # sorted: no deadlock
        await conn.execute(SUMMED, {"minute": int(now // MINUTE), "tag": entry.tag, "n": 1})
    chain = [e for e in entries if BY_STRANGERS not in e.detail]
    return await _continue(conn, chain, now) if chain else 0


async def _continue(conn: AsyncConnection, entries: Sequence[Audited], now: float) -> int:
    seq, hash_ = (await conn.execute(LOCKED_HEAD)).one()
    rows = []
    for entry in entries:
        row = chained(hash_, seq + 1, now, entry.tag, entry.subject, entry.detail)
        seq, hash_ = row.seq, row.hash
        rows.append(_kept(row))
    await conn.execute(NEW_ROW, rows if len(rows) > 1 else rows[0])
    await conn.execute(NEW_HEAD, {"seq_": seq, "hash_": hash_})
    return int(seq) - len(rows) + 1


def _kept(row: AuditEntry) -> dict[str, object]:
    return {
        "seq": row.seq,
        "at": row.at,
        "tag": row.tag,
        "subject": row.subject,
        "detail": json.dumps(row.detail),
        "previous": row.previous,
        "hash": row.hash,
    }


def _read(row: AnyRow) -> AuditEntry:
    seq, at, tag, subject, detail, previous, hash_ = row
    return AuditEntry(seq, at, tag, subject, tuple((n, v) for n, v in json.loads(detail)), previous, hash_)


@dataclass(frozen=True)
class StoredAudit:
    """Reads the chain, and writes what no conversation is the cause of; the port of bot/audit/archive.py too."""

    database: Database
    world: World

    async def write(self, *entries: Audited) -> None:
        """In a transaction of its own: what an operator did on the server."""
        async with self.database.write("audit") as conn:
            await append(conn, entries, self.world.now())

    async def head(self) -> tuple[int, str]:
        """Number and hash of the last row, for a checkpoint outside; (0, GENESIS) when there is none."""
        async with self.database.read() as conn:
            seq, hash_ = (await conn.execute(HEAD)).one()
        return seq, hash_

    async def rows(self, after: int = 0) -> AsyncIterator[AuditEntry]:
        """All rows behind number `after`, in their order."""
        while True:
            async with self.database.read() as conn:
                page = (await conn.execute(ROWS, {"after": after})).all()
            for row in page:
                yield _read(row)
            if len(page) < PAGE:
                return
            after = page[-1].seq

    async def about(self, subject: str, most: int, begins: str = "") -> Sequence[AuditEntry]:
        """The port of bot/audit/chain.py."""
        async with self.database.read() as conn:
            found = await conn.execute(ABOUT, {"subject_": subject, "begins_": begins, "most_": most})
            return [_read(row) for row in found]

    async def archived(self) -> Checkpoint | None:
        async with self.database.read() as conn:
            row = (await conn.execute(MARK)).first()
        return Checkpoint(*row) if row else None

    async def left(self, before: int, mark: Checkpoint, file: str) -> bool:
        async with self.database.write("archived") as conn:
            if not (await conn.execute(MARKED, {"id": 1, **asdict(mark), "before_": before})).first():
                return False
            said = args(first=str(before + 1), last=str(mark.count), file=file)
            await append(conn, [Audited("retention:audit:archived", "store", said)], self.world.now())
            return True

    async def drop(self, through: int) -> None:
        dropped = PAGE
        while dropped == PAGE:
            async with self.database.write("drop archived") as conn:
                dropped = (await conn.execute(DROPPED, {"through_": through})).rowcount
            await asyncio.sleep(PAUSE)

    async def sweep_refusals(self) -> int:
        """One row of the chain for each finished minute and tag. Returns how many."""
        now = self.world.now()
        async with self.database.write("sweep refusals") as conn:
            sums = sorted(await conn.execute(FINISHED, {"now_": int(now // MINUTE)}))
            entries = [
                Audited(tag, "strangers", (("minute", str(minute * MINUTE)), ("count", str(n)))) for minute, tag, n in sums
            ]
            await append(conn, entries, now)
        return len(entries)
