"""A letter outlives its mail server and its process: it arrives once, or is kept and shown as dead, and can be sent again once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
import pytest_asyncio

from bot.messaging.messenger import Channel, Message, Messenger
from bot.platform.job_outbox import WEEK, Queue, Sent
from bot.platform.sentences import args
from tests.kit.mailbox import MailServer
from tests.kit.noticed import HOME, WORK, phone_number
from tests.kit.town import JOB_LEASE, Killed, Town

BENS = ("ben@home.example", "ben@contoso.example")
POINTS = 38  # durable points from three notices to their last letter


@pytest_asyncio.fixture
async def town(tmp_path: Path, migrated: Path) -> AsyncIterator[Town]:
    made = await Town(tmp_path, migrated).settle_in()
    yield made
    await made.leave()


@pytest_asyncio.fixture
async def mail(town: Town) -> AsyncIterator[MailServer]:
    server = MailServer()
    await server.start()
    carried_by(town, Channel.MAIL, server.messenger())
    yield server
    await server.kill()


def carried_by(town: Town, channel: Channel, messenger: Messenger) -> None:
    cast("dict[Channel, Messenger]", town.app.messengers)[channel] = messenger  # in place: whoever sends holds this very mapping


async def happens(town: Town, *logins: str) -> None:
    """Something that its person has to hear of."""
    for login in logins:
        about = args(action="contact", outcome="changed", method="method-x", kind="sms", at=town.clock.now)
        await town.app.store.records.once(f"news {login}", 60.0, Sent("notice", await town.subject(login), about))


async def test_an_outage_of_hours_costs_no_letter_and_holds_up_no_text(town: Town, mail: MailServer) -> None:
    texts = Hands(town.app.messengers[Channel.TEXT])
    carried_by(town, Channel.TEXT, texts)
    await mail.kill()
    await happens(town, "ana", "ben")
    await town.settle()
    assert (mail.got, [to for to, _ in texts.given].count(await phone_number(town))) == ([], 1)
    for _ in range(20):
        await town.passes(600)
    assert (mail.got, (await town.app.store.jobs.waiting()).overdue) == ([], 4)
    await town.replica()
    carried_by(town, Channel.MAIL, mail.messenger())
    await mail.start()
    await town.passes(4 * 3600)
    assert Counter(to for to, _ in mail.got) == Counter([HOME, WORK, *BENS])
    assert ((await town.app.store.jobs.waiting()).overdue, len(texts.given)) == (0, 2)


async def test_whatever_never_gets_there_is_kept_told_to_admins_once_and_sent_again_once(town: Town, mail: MailServer) -> None:
    mail.refused = HOME
    await happens(town, "ana")
    await town.settle()
    (dead,) = await town.app.store.jobs.dead()
    assert (dead.kind, dead.queue, dead.to, dead.why) == ("notice", Queue.MAIL, await town.subject("ana"), "undelivered.address")
    assert HOME not in repr(dead)
    mail.refused = ""
    assert [await town.app.store.jobs.send_again(dead.id) for _ in range(2)] == [True, False]
    await town.settle()
    assert [to for to, _ in mail.got].count(HOME) == 1
    tags = await town.tags()
    assert (tags.count("messages:letter:dead"), tags.count("operator:letter:sent_again")) == (1, 1)
    assert (await town.app.store.jobs.waiting()).dead == 0


async def test_a_server_that_refuses_us_and_no_address_is_waited_for(town: Town, mail: MailServer) -> None:
    mail.closed = True
    await happens(town, "ana")
    await town.settle()
    assert (mail.got, await town.app.store.jobs.dead()) == ([], [])
    mail.closed = False
    await town.passes(10)
    assert Counter(to for to, _ in mail.got) == Counter([HOME, WORK])


async def test_a_server_that_never_comes_back_leaves_dead_letters_after_a_week_and_they_are_forgotten_after_a_month(
    town: Town, mail: MailServer
) -> None:
    await mail.kill()
    await happens(town, "ana")
    await town.settle()
    await town.passes(WEEK - 60)
    assert await town.app.store.jobs.dead() == []
    await town.passes(4 * 3600)
    assert {letter.kind for letter in await town.app.store.jobs.dead()} == {"notice"}
    town.clock.passes(31 * 86400.0)
    await town.app.store.retention.forget()
    assert await town.app.store.jobs.dead() == []


@dataclass
class Hands:
    """Carries on to another messenger, and knows what it gave away."""

    to: Messenger
    given: list[tuple[str, str]] = field(default_factory=list)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Message) -> None:
        await self.to.send(message)
        self.given.append((message.to.reveal(), message.id))
        self.moved.set()


async def test_a_slow_mail_server_holds_up_no_text_and_no_second_look(town: Town) -> None:
    class Slow:
        async def send(self, message: Message) -> None:
            await asyncio.Event().wait()

    texts = Hands(town.app.messengers[Channel.TEXT])
    carried_by(town, Channel.MAIL, Slow())
    carried_by(town, Channel.TEXT, texts)
    loops = asyncio.create_task(town.app.running().forever())
    for login in ("ana", "ben"):
        await happens(town, login)
        await asyncio.wait_for(texts.moved.wait(), 5)
        texts.moved.clear()
    loops.cancel()
    await asyncio.gather(loops, return_exceptions=True)


@pytest.mark.parametrize("n", range(1, POINTS + 1))
async def test_killed_with_three_notices_under_way_nothing_is_lost_and_one_letter_of_each_way_is_repeated(
    town: Town, n: int
) -> None:
    given: list[tuple[str, str]] = []
    await happens(town, "ana", "ben", "lena")
    listens(town, given)
    town.life.points, town.life.dies_at = 0, n
    try:
        await town.settle()
    except Killed:
        await asyncio.sleep(0.05)  # whatever was beside it dies at its own next point
        await town.replica()
        listens(town, given)
    else:
        pytest.fail(f"there are {town.life.points} points")
    for _ in range(3):
        await town.passes(JOB_LEASE)
    found = Counter(given)
    assert len(found) == 8
    again = [to for (to, _), times in found.items() if times > 1]
    assert max(found.values()) <= 2
    assert sum("@" in to for to in again) <= 1
    assert sum("@" not in to for to in again) <= 1


def listens(town: Town, given: list[tuple[str, str]]) -> None:
    for channel in Channel:
        carried_by(town, channel, Hands(town.app.messengers[channel], given))
