"""The queue of work: due rows are leased, and a lease that runs out is due again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update

from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.job_outbox import Job
from store.database import Database
from store.tables import JOB

j = JOB.c
_due = select(j.id).where(j.due_at <= bindparam("now_")).order_by(j.due_at, j.id).limit(bindparam("limit_"))
TAKE = (
    update(JOB)
    .where(j.id.in_(_due.with_for_update(skip_locked=True)))
    .values(due_at=bindparam("until_"), tries=j.tries + 1)
    .returning(j.id, j.kind, j.subject, j.about, j.tries)
)
DONE = delete(JOB).where(j.id.in_(bindparam("ids_", expanding=True)))
LATER = update(JOB).where(j.id == bindparam("id_")).values(due_at=bindparam("at_"))


@dataclass(frozen=True)
class StoredJobs:
    """The port of bot/platform/job_outbox.py."""

    database: Database
    world: World

    async def lease_due(self, limit: int, lease: float) -> Sequence[Job]:
        now = self.world.now()
        async with self.database.write("take") as conn:
            rows = (await conn.execute(TAKE, {"now_": now, "until_": now + lease, "limit_": limit})).all()
        jobs = [
            Job(id, kind, SubjectId(to), tuple((n, v) for n, v in json.loads(about)), tries)
            for id, kind, to, about, tries in rows
        ]
        return sorted(jobs, key=lambda job: job.id)

    async def done(self, ids: Sequence[int]) -> None:
        async with self.database.write("done") as conn:
            await conn.execute(DONE, {"ids_": list(ids)})

    async def postpone(self, id: int, at: float) -> None:
        async with self.database.write("later") as conn:
            await conn.execute(LATER, {"id_": id, "at_": at})
