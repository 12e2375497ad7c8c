"""Work is handed out once, again when its lease runs out, and never after it is done."""

import asyncio
from collections.abc import Sequence

from bot.platform.job_outbox import Job, Queue, Sent
from store.job_outbox import StoredJobs
from store.open import Store
from tests.kit.stores import Clock, each
from tests.kit.tiny import ANA, At, opened

ABOUT = (("challenge", "ch-1"),)


async def queued(store: Store, count: int) -> None:
    jobs = [Sent(f"kind-{n}", ANA, ABOUT) for n in range(count)]
    await store.conversations.settle(await opened(store), At(), None, jobs, closed=False, wake_in=None)


def kinds(jobs: Sequence[Job]) -> list[str]:
    return [job.kind for job in jobs]


async def test_the_oldest_come_first_and_no_more_than_asked_for(store: Store) -> None:
    await queued(store, 5)
    assert kinds(await store.jobs.lease_due(each(3), 60.0)) == ["kind-0", "kind-1", "kind-2"]
    assert kinds(await store.jobs.lease_due(each(3), 60.0)) == ["kind-3", "kind-4"]
    assert await store.jobs.lease_due(each(3), 60.0) == []


async def test_two_takers_share_the_work_without_doing_any_of_it_twice(store: Store) -> None:
    await queued(store, 60)
    two = (store.jobs, StoredJobs(store.database, store.jobs.world))
    taken = await asyncio.gather(*(taker.lease_due(each(4), 60.0) for _ in range(10) for taker in two))
    assert sorted(job.id for jobs in taken for job in jobs) == sorted({job.id for jobs in taken for job in jobs})
    assert sum(len(jobs) for jobs in taken) + len(await store.jobs.lease_due(each(60), 60.0)) == 60


async def test_a_lease_that_runs_out_is_somebody_elses(store: Store, clock: Clock) -> None:
    await queued(store, 1)
    assert [job.tries for job in await store.jobs.lease_due(each(1), 60.0)] == [1]
    clock.passes(59)
    assert await store.jobs.lease_due(each(1), 60.0) == []
    clock.passes(1)
    assert [job.tries for job in await store.jobs.lease_due(each(1), 60.0)] == [2]


async def test_what_is_done_is_gone(store: Store, clock: Clock) -> None:
    await queued(store, 3)
    first, second, _ = await store.jobs.lease_due(each(3), 60.0)
    for job in (first, second):
        await store.jobs.done(job.id)
    clock.passes(60)
    assert kinds(await store.jobs.lease_due(each(3), 60.0)) == ["kind-2"]


async def test_each_queue_is_taken_from_as_far_as_it_has_room(store: Store) -> None:
    await store.records.once("news", 60.0, *(Sent(queue, ANA, ABOUT, queue) for queue in (Queue.MAIL, Queue.TEXT) * 2))
    assert kinds(await store.jobs.lease_due({Queue.MAIL: 1, Queue.TEXT: 0}, 60.0)) == ["mail"]
    assert kinds(await store.jobs.lease_due(each(1), 60.0)) == ["text", "mail"]
    assert kinds(await store.jobs.lease_due(each(9), 60.0)) == ["text"]


async def test_what_follows_is_written_with_the_end_of_its_job_and_never_twice(store: Store) -> None:
    await queued(store, 1)
    (job,) = await store.jobs.lease_due(each(9), 60.0)
    letters = [Sent("letter", ANA, ABOUT, Queue.MAIL, 90.0), Sent("letter", ANA, ABOUT, Queue.TEXT, 90.0)]
    for _ in range(2):  # somebody else had taken it over
        await store.jobs.done(job.id, letters)
    taken = await store.jobs.lease_due(each(9), 60.0)
    assert [(letter.queue, letter.until - letter.at) for letter in taken] == [(Queue.MAIL, 90.0), (Queue.TEXT, 90.0)]


async def test_a_dead_letter_is_kept_for_a_month_and_a_notice_alone_is_sent_again_once(store: Store, clock: Clock) -> None:
    await store.records.once("news", 60.0, *(Sent(kind, ANA, ABOUT, Queue.MAIL) for kind in ("notice", "code", "notice")))
    clock.passes(7)
    for job in await store.jobs.lease_due(each(9), 60.0):
        await store.jobs.bury(job.id, "late")
        await store.jobs.bury(job.id, "late")
    dead = await store.jobs.dead()
    assert [(letter.kind, letter.why, letter.died - letter.at) for letter in dead] == [
        ("notice", "late", 7.0),
        ("code", "late", 7.0),
        ("notice", "late", 7.0),
    ]
    assert [await store.jobs.send_again(letter.id) for letter in (dead[0], dead[1], dead[0])] == [True, False, False]
    assert [(job.kind, job.queue, job.about) for job in await store.jobs.lease_due(each(9), 60.0)] == [
        ("notice", Queue.MAIL, ABOUT)
    ]
    clock.passes(30 * 86400.0)
    await store.retention.forget()
    assert len(await store.jobs.dead()) == 2
    clock.passes(1)
    await store.retention.forget()
    assert await store.jobs.dead() == []


async def test_what_is_put_off_comes_back_then_and_not_before(store: Store, clock: Clock) -> None:
    await queued(store, 1)
    job = (await store.jobs.lease_due(each(1), 60.0))[0]
    await store.jobs.postpone(job.id, clock.now + 5)
    assert await store.jobs.lease_due(each(1), 60.0) == []
    clock.passes(5)
    assert [(job.kind, job.to, job.about, job.tries) for job in await store.jobs.lease_due(each(1), 60.0)] == [
        ("kind-0", ANA, ABOUT, 2)
    ]
