"""The queues of work: due rows are leased, a lease that runs out is due again, and what died is kept apart."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, exists, func, insert, literal, select, union_all, update

from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.dead_letters import OVERDUE, SENDABLE, DeadLetter, Waiting
from bot.platform.ids import SubjectId
from bot.platform.job_outbox import Job, Queue, Sent
from bot.platform.sentences import Args, args
from store.database import Database
from store.facts import record
from store.tables import DEAD_LETTER, JOB

j, d = JOB.c, DEAD_LETTER.c
_due = (
    select(j.id)
    .where(j.queue == bindparam("queue_"), j.due_at <= bindparam("now_"))
    .order_by(j.due_at, j.id)
    .limit(bindparam("limit_"))
)
# A look at the index for each queue: nobody writes to find out that nothing is due.
DUE = union_all(
    *(
        select(literal(queue.value)).where(exists().where(j.queue == literal(queue.value), j.due_at <= bindparam("now_")))
        for queue in Queue
    )
)
TAKE = (
    update(JOB)
    .where(j.id.in_(_due.with_for_update(skip_locked=True)))
    .values(due_at=bindparam("until_"), tries=j.tries + 1)
    .returning(j.id, j.kind, j.subject, j.about, j.tries, j.queue, j.at, j.until)
)
DONE = delete(JOB).where(j.id == bindparam("id_"))
TAKEN_OUT = DONE.returning(j.kind, j.subject, j.about, j.tries, j.queue, j.at)
LATER = update(JOB).where(j.id == bindparam("id_")).values(due_at=bindparam("at_"))
BURIED = insert(DEAD_LETTER)
DEAD = select(d.id, d.kind, d.queue, d.subject, d.why, d.tries, d.at, d.died_at).order_by(d.died_at.desc(), d.id.desc())
RISEN = (
    delete(DEAD_LETTER)
    .where(d.id == bindparam("id_"), d.kind.in_(sorted(SENDABLE)))
    .returning(d.kind, d.subject, d.about, d.queue)
)
LONG = select(func.count(), func.min(j.at)).where(j.queue != Queue.WATCH.value, j.at < bindparam("before_"), j.at > 0)
DEAD_COUNT = select(func.count()).select_from(DEAD_LETTER)


@dataclass(frozen=True)
class StoredJobs:
    """The ports of bot/platform/job_outbox.py and bot/platform/dead_letters.py."""

    database: Database
    world: World

    async def lease_due(self, most: Mapping[Queue, int], lease: float) -> Sequence[Job]:
        now = self.world.now()
        async with self.database.read() as conn:
            due = [queue for name in await conn.scalars(DUE, {"now_": now}) if most.get(queue := Queue(name), 0) > 0]
        if not due:
            return []
        async with self.database.write("take") as conn:
            given = {"now_": now, "until_": now + lease}
            found = [await conn.execute(TAKE, {**given, "queue_": queue, "limit_": most[queue]}) for queue in due]
            jobs = [
                Job(id, kind, SubjectId(to), _args(about), tries, Queue(queue), at, until)
                for rows in found
                for id, kind, to, about, tries, queue, at, until in rows
            ]
        return sorted(jobs, key=lambda job: job.id)

    async def done(self, id: int, follow: Sequence[Sent] = ()) -> None:
        async with self.database.write("done") as conn:
            if (await conn.execute(DONE, {"id_": id})).rowcount and follow:
                await record(conn, follow, self.world.now())

    async def postpone(self, id: int, at: float) -> None:
        async with self.database.write("later") as conn:
            await conn.execute(LATER, {"id_": id, "at_": at})

    async def bury(self, id: int, why: str) -> None:
        async with self.database.write("bury") as conn:
            if row := (await conn.execute(TAKEN_OUT, {"id_": id})).first():
                await conn.execute(BURIED, {**row._asdict(), "why": why, "died_at": self.world.now()})

    async def dead(self) -> Sequence[DeadLetter]:
        async with self.database.read() as conn:
            rows = (await conn.execute(DEAD)).all()
        return [
            DeadLetter(id, kind, Queue(queue), SubjectId(to), why, tries, at, died)
            for id, kind, queue, to, why, tries, at, died in rows
        ]

    async def waiting(self) -> Waiting:
        async with self.database.read() as conn:
            overdue, since = (await conn.execute(LONG, {"before_": self.world.now() - OVERDUE})).one()
            return Waiting(int(overdue), since, int(await conn.scalar(DEAD_COUNT) or 0))

    async def send_again(self, id: int) -> bool:
        async with self.database.write("send again") as conn:
            row = (await conn.execute(RISEN, {"id_": id})).first()
            if row:
                again = Sent(row.kind, SubjectId(row.subject), _args(row.about), Queue(row.queue))
                told = Audited("operator:letter:sent_again", row.subject, args(kind=row.kind, channel=row.queue, letter=id))
                await record(conn, [again, told], self.world.now())
        return row is not None


def _args(about: str) -> Args:
    return tuple((name, value) for name, value in json.loads(about))
