"""Whoever waits for a text that won't come is told why; a stranger isn't told that there was one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
import pytest_asyncio

from bot.messaging.messenger import Channel as Sent
from bot.messaging.messenger import Message, Messenger, Undeliverable
from bot.platform.ids import ChallengeId
from bot.platform.job_outbox import NotNow
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import SMS
from tests.kit.residents import ADDRESS
from tests.kit.town import Town

BENS = ADDRESS[SMS].format(number=1)


@dataclass
class Phone:
    """Carries nothing, and says why."""

    why: Exception
    asked: list[Message] = field(default_factory=list)

    async def send(self, message: Message) -> None:
        self.asked.append(message)
        raise self.why


@pytest_asyncio.fixture
async def town(tmp_path: Path, migrated: Path) -> AsyncIterator[Town]:
    made = await Town(tmp_path, migrated).settle_in()
    yield made
    await made.leave()


def without_texts(town: Town, why: Exception) -> Phone:
    phone = Phone(why)
    cast("dict[Sent, Messenger]", town.app.messengers)[Sent.TEXT] = phone  # in place: the post holds this very mapping
    return phone


@pytest.mark.parametrize("channel", [Channel.TERMINAL, Channel.DEMO], ids=str)
async def test_a_refused_text_is_told_and_another_way_is_open(town: Town, channel: Channel) -> None:
    phone = without_texts(town, Undeliverable("undelivered.stopped"))
    ana = Caller(town, "ana", channel)
    await ana.wants("reset")
    await ana.begins_with(SMS)
    assert await ana.at() == "undelivered.stopped"
    (message,) = phone.asked
    assert (message.challenge, message.stranger) == (message.id, False)
    assert message.good_for is not None
    assert 290 < message.good_for <= 300
    await ana.picks("Another way")
    assert await ana.at() == "verify.how"


async def test_a_new_code_begins_without_the_old_trouble(town: Town) -> None:
    without_texts(town, Undeliverable("undelivered.phone"))
    ben = Caller(town, "ben", Channel.TERMINAL)
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    assert await ben.at() == "undelivered.phone"
    await ben.picks("Send a new code")
    assert await ben.at() == "method.sms.ask.known"
    await town.settle()
    assert await ben.at() == "undelivered.phone"


@pytest.mark.parametrize(
    ("why", "at_once"), [(NotNow(40.0), True), (ConnectionRefusedError(), False)], ids=["asked to wait", "away"]
)
async def test_a_code_that_is_late_is_told_to_be_late_and_works_when_it_comes(
    town: Town, why: Exception, *, at_once: bool
) -> None:
    there = town.app.messengers[Sent.TEXT]
    phone = without_texts(town, why)
    ben = Caller(town, "ben", Channel.TERMINAL)
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    assert (await ben.at() == "undelivered.late") == at_once
    for _ in range(8):
        await town.passes(3)
    assert (await ben.at(), len(phone.asked)) == ("undelivered.late", 1 if at_once else 4)
    cast("dict[Sent, Messenger]", town.app.messengers)[Sent.TEXT] = there
    await town.passes(40)
    await ben.types(await town.code("ben", SMS))
    assert (await ben.at()).startswith("unlock.")
    assert await town.app.store.jobs.dead() == []


async def asks(stranger: Caller) -> None:
    """For a text, at the portal, knowing Ben's number."""
    await stranger.wants("unlock")
    await stranger.picks("Text message")
    await stranger.types(BENS)
    await stranger.town.settle()


@pytest.mark.parametrize("why", [Undeliverable("undelivered.number"), NotNow(40.0), OSError()], ids=["refused", "late", "away"])
async def test_a_stranger_sees_the_same_whether_there_is_a_phone_or_not(town: Town, why: Exception) -> None:
    phone = without_texts(town, why)
    seen = []
    for login in ("ben", "nobody"):
        stranger = Caller(town, login, Channel.PORTAL)
        await asks(stranger)
        for _ in range(6):
            await town.passes(45)
        view = await stranger.page.view()
        seen.append((view.prompt.id, view.turn))
    assert seen[0] == seen[1]
    assert seen[0][0] == "method.sms.ask"
    assert {(message.challenge, message.stranger) for message in phone.asked} == {(None, True)}
    assert [letter.kind for letter in await town.app.store.jobs.dead()] == ["code"]


async def test_a_stranger_is_told_nothing_even_if_it_is_on_record(town: Town) -> None:
    phone = without_texts(town, Undeliverable("undelivered.number"))
    stranger = Caller(town, "ben", Channel.PORTAL)
    await asks(stranger)
    before = await stranger.page.view()
    assert await town.app.store.records.undelivered(ChallengeId(phone.asked[0].id), "undelivered.number")
    await town.settle()
    after = await stranger.page.view()
    assert (after.prompt, after.turn) == (before.prompt, before.turn)


async def test_who_waits_for_a_code_that_was_taken_and_never_sent_is_told_what_else_there_is(town: Town) -> None:
    class Says200:
        async def send(self, message: Message) -> None:
            """Carries nothing."""

    cast("dict[Sent, Messenger]", town.app.messengers)[Sent.TEXT] = Says200()
    ben = Caller(town, "ben", Channel.TERMINAL)
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    await town.passes(299)
    assert await ben.at() == "method.sms.ask.known"
    await town.passes(2)
    assert await ben.at() == "undelivered.over"
    await ben.picks("Another way")
    assert await ben.at() == "verify.how"


async def test_a_text_ends_with_the_line_that_binds_its_code_to_our_host(town: Town) -> None:
    ana = Caller(town, "ana", Channel.DEMO)
    await ana.wants("reset")
    await ana.begins_with(SMS)
    code = await town.code("ana", SMS)
    (text,) = [m.text for m in (await town.app.demo().inbox("ana")).messages if m.channel == Sent.TEXT]
    assert text.split("\n")[-1] == f"@localhost #{code}"


async def test_of_two_codes_on_the_page_none_is_tried_and_a_pasted_message_is_taken(town: Town) -> None:
    ana = Caller(town, "ana", Channel.DEMO)
    await ana.wants("reset")
    await ana.begins_with(SMS)
    code = await town.code("ana", SMS)
    for _ in range(4):  # more often than a code may be tried
        answer = await ana.page.types(f"{code} or 113 355")
        assert (answer.status, "holds more than one code" in answer.text) == (422, True)
    fullwidth = code.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    await ana.types(f"Your code is {fullwidth[:3]}\u00a0{fullwidth[3:]}@localhost #{code}")
    assert await ana.at() == "verify.how"  # and the next proof
