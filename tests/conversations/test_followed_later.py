"""Once the conversation is over, a job watches the second directory, and the person hears from it either way, once."""

from collections import Counter

import pytest

from bot.directory.interfaces import Rejected
from bot.notify.sync_watch import FIRST, LOOKS
from bot.notify.sync_watch import PAUSE as BETWEEN
from flows.follow import PAUSE
from store.directory import EmbeddedDirectory
from tests.conversations.conftest import Call
from tests.kit.attackers import count
from tests.kit.callers import Caller, Channel
from tests.kit.followed import Sky, resets
from tests.kit.kinds import TOTP
from tests.kit.noticed import ADMIN, HOME, WORK, link, phone_number, presses, texts
from tests.kit.residents import GOOD
from tests.kit.town import JOB_LEASE, LEASE, Killed, Town

FOLLOWED, BEHIND = "account:copy:followed", "account:copy:behind"
QUARTER = 900.0  # seconds
POINTS = 94  # durable points from the new password to the last notice


async def passes_in_steps(town: Town, seconds: float) -> None:
    """So that every look comes when it is due."""
    for _ in range(int(seconds // PAUSE)):
        await town.passes(PAUSE)


async def copies(town: Town) -> list[str]:
    """What the audit has of the second directory."""
    return [tag for tag in await town.tags() if ":copy:" in tag]


async def told(town: Town, words: str) -> "Counter[str]":
    """How many messages with these words came to each of ana's addresses."""
    found = {to: [text for text in await texts(town, to) if words in text] for to in (HOME, WORK, await phone_number(town))}
    return Counter({to: len(there) for to, there in found.items() if there})


def once_each(number: str) -> "Counter[str]":
    return Counter({HOME: 1, WORK: 1, number: 1})


async def test_whoever_saw_both_legs_is_not_written_to_as_well(town: Town, call: Call, sky: Sky) -> None:
    ana = await resets(call)
    sky.mark = "after"
    await town.passes(PAUSE)
    assert await ana.at() == "reset.followed"
    await passes_in_steps(town, 2 * QUARTER)
    assert (await copies(town), await told(town, "cloud")) == ([FOLLOWED], Counter())


async def test_a_cloud_that_follows_after_five_minutes_is_told_of_by_a_notice(town: Town, call: Call, sky: Sky) -> None:
    ana = await resets(call)
    await passes_in_steps(town, 290)
    assert (await ana.at(), await copies(town)) == ("reset.follows_soon", [])
    sky.mark = "after"
    await passes_in_steps(town, BETWEEN)
    assert await copies(town) == [FOLLOWED]
    assert await told(town, "now works in the cloud") == once_each(await phone_number(town))
    await passes_in_steps(town, 2 * QUARTER)
    assert len(await copies(town)) == 1


@pytest.mark.parametrize("silent", [False, True], ids=["as before", "silent"])
async def test_a_cloud_that_never_follows_is_told_of_and_admins_hear_of_it(town: Town, sky: Sky, *, silent: bool) -> None:
    await resets(lambda login: Caller(town, login, Channel.TERMINAL))
    sky.silent = silent
    await passes_in_steps(town, QUARTER - BETWEEN)
    assert await copies(town) == []
    await passes_in_steps(town, BETWEEN + 60)
    assert sorted(await copies(town)) == [BEHIND, "directory:copy:behind"]
    number = await phone_number(town)
    assert await told(town, "is in force in the company's network") == Counter({HOME: 1, WORK: 1})
    assert await told(town, "works in the company's network") == Counter({number: 1})
    assert len([text for text in await texts(town, ADMIN) if "wasn't seen to take it over" in text]) == 1
    sky.mark, sky.silent = "after", False
    await passes_in_steps(town, QUARTER)
    assert await told(town, "now works in the cloud") == Counter()  # it was told how to go on


async def test_whoever_leaves_is_written_to(town: Town, chat: Call, sky: Sky) -> None:
    ana = await resets(chat)
    assert ana.chat
    await ana.chat.says("cancel")
    assert (await ana.at(), await copies(town)) == ("reset.follows_soon", [])
    sky.mark = "after"
    await passes_in_steps(town, FIRST + 10)
    assert await copies(town) == [FOLLOWED]
    assert await told(town, "now works in the cloud") == once_each(await phone_number(town))


async def test_a_conversation_that_is_over_before_it_looks_again_says_what_was_done(town: Town, call: Call, sky: Sky) -> None:
    """Once it said that nothing was changed."""
    ana = await resets(call)
    await town.passes(QUARTER + 60)
    assert await ana.at() == "reset.follows_soon"


async def test_a_password_that_was_refused_is_watched_by_nobody(town: Town, sky: Sky, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    with monkeypatch.context() as no:
        no.setattr(EmbeddedDirectory, "reset", _refuses)
        await ana.types(GOOD)
    assert await ana.notice() == "directory.too_simple"
    await town.settle()
    assert count(town, "job") == 0
    await ana.types(GOOD)
    await town.settle()
    assert count(town, "job") == 1
    sky.mark = "after"
    await passes_in_steps(town, 2 * PAUSE)
    assert (await ana.at(), await copies(town)) == ("reset.followed", [FOLLOWED])
    await passes_in_steps(town, QUARTER + 60)
    assert (await copies(town), await told(town, "cloud")) == ([FOLLOWED], Counter())


async def _refuses(*_: object, **__: object) -> None:
    raise Rejected("directory.too_simple")


async def test_of_a_change_that_nobody_knows_of_nothing_is_told(town: Town, sky: Sky) -> None:
    town.mood.tells_nothing = True
    ana = await resets(lambda login: Caller(town, login, Channel.TERMINAL))
    assert await ana.at() == "reset.unconfirmed"
    sky.mark = "after"
    await passes_in_steps(town, QUARTER + 60)
    assert (await copies(town), await told(town, "cloud")) == ([], Counter())


async def test_of_a_password_that_nobody_knows_only_admins_hear(town: Town, sky: Sky) -> None:
    await resets(lambda login: Caller(town, login, Channel.TERMINAL))
    sky.mark = "after"
    await passes_in_steps(town, 2 * PAUSE)
    await presses(town, await link(town))
    await passes_in_steps(town, QUARTER + 60)
    assert await copies(town) == [FOLLOWED, "directory:copy:behind", BEHIND]
    assert await told(town, "network") == Counter()


@pytest.mark.parametrize("n", range(1, POINTS + 1))
async def test_killed_on_the_way_it_is_told_once_all_the_same(town: Town, sky: Sky, n: int) -> None:
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    town.life.dies_at = town.life.points + n
    try:
        await ana.types(GOOD)
        await waited_for(town, sky)
    except Killed:
        sky.mark = "before"
        await town.replica()
        await town.passes(LEASE)
    if await ana.at() in ("reset.new", "reset.unconfirmed"):
        await ana.types(GOOD)
    await waited_for(town, sky)
    await passes_in_steps(town, JOB_LEASE + QUARTER)
    assert await town.signs_in("ana", GOOD) == "right"
    assert (await town.tags()).count("account:reset:changed") == 1
    assert await copies(town) == [FOLLOWED]
    assert await told(town, "now works in the cloud") == once_each(await phone_number(town))


async def waited_for(town: Town, sky: Sky) -> None:
    """The conversation is over before the cloud follows."""
    await passes_in_steps(town, 70)
    sky.mark = "after"
    await passes_in_steps(town, FIRST)


async def test_there_are_as_many_points_to_be_killed_at(town: Town, sky: Sky) -> None:
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    before = town.life.points
    await ana.types(GOOD)
    await waited_for(town, sky)
    assert POINTS - 2 <= town.life.points - before <= POINTS, town.life.trace[before:]


def test_a_job_has_looks_for_a_quarter_of_an_hour() -> None:
    assert QUARTER <= FIRST + (LOOKS - 2) * BETWEEN <= QUARTER + 60
