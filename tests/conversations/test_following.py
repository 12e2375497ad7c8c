"""A second directory takes over a new password a little later: both legs are told as they are, and nothing before it is so."""

from types import SimpleNamespace
from typing import cast

import pytest

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.platform.ids import GrantId, SubjectId, WordsId
from bot.platform.sentences import Misstep
from flows.follow import LOOKS, PAUSE, SOON, UNSEEN, followed, unseen
from tests.conversations.conftest import Call
from tests.kit.followed import Sky, resets
from tests.kit.kinds import TOTP
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town


async def test_both_legs_are_done_when_the_cloud_has_followed(town: Town, call: Call, sky: Sky) -> None:
    ana = await resets(call)
    assert await ana.at() == "reset.follows"
    assert "Your company's network accepts the new password" in await ana.page.reads()
    await town.passes(PAUSE)
    assert await ana.at() == "reset.follows"
    sky.mark = "after"
    await town.passes(PAUSE)
    assert await ana.at() == "reset.followed"
    assert (await town.signs_in("ana", GOOD), await town.signs_in("ana", OLD)) == ("right", "wrong")


@pytest.mark.parametrize("silent", [False, True], ids=["as before", "silent"])
async def test_a_cloud_that_takes_its_time_is_said_to_follow(town: Town, call: Call, sky: Sky, *, silent: bool) -> None:
    ana = await resets(call)
    sky.silent = silent
    for _ in range(LOOKS - 1):
        await town.passes(PAUSE)
    assert await ana.at() == "reset.follows"
    await town.passes(PAUSE)
    assert await ana.at() == "reset.follows_soon"
    assert "usually follows within 2 minutes" in await ana.page.reads()
    assert (await town.tags()).count("account:reset:changed") == 1


async def test_a_cloud_that_is_silent_before_the_change_stops_it_kindly(town: Town, call: Call, sky: Sky) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    sky.silent = True
    await ana.types(GOOD)
    assert (await ana.at(), await ana.notice()) == ("reset.new", "accounts.directory_silent")
    assert await town.signs_in("ana", OLD) == "right"


@pytest.mark.parametrize("word", ["cancel", "talk to a person"])
async def test_whoever_leaves_while_it_is_watched_hears_what_was_done(town: Town, chat: Call, sky: Sky, word: str) -> None:
    """Once they were told that nothing was changed."""
    ana = await resets(chat)
    assert ana.chat
    await ana.chat.says(word)
    assert await ana.at() == "reset.follows_soon"
    assert await town.signs_in("ana", GOOD) == "right"


async def test_where_nothing_follows_all_is_as_ever(town: Town, call: Call, sky: Sky) -> None:
    sky.mark = None
    assert await (await resets(call)).at() == "reset.done"


async def test_a_change_is_watched_as_well(town: Town, chat: Call, sky: Sky) -> None:
    ana = chat("ana")
    await ana.wants("change")
    await ana.opens()
    await ana.knows_old_password()
    if await ana.at() != "change.new":
        await ana.proves_by(TOTP)
    await ana.types(GOOD)
    assert await ana.at() == "reset.follows"
    sky.mark = "after"
    await town.passes(PAUSE)
    assert await ana.at() == "reset.followed"


async def test_whoever_finds_a_new_password_set_by_one_that_died_claims_nothing_of_the_cloud(town: Town) -> None:
    last, ana = Closed(WordsId("reset.done"), advice=(WordsId("after_reset.sign_in_again"),)), await town.subject("ana")
    assert followed(last, ana, GrantId("g"), UNSEEN) == Closed(SOON, advice=last.advice)
    assert followed(last, ana, GrantId("g"), None) == last


async def test_a_cloud_that_is_silent_afterwards_takes_nothing_back(town: Town) -> None:
    """A step that looked at what a dead process had done refused, and said that nothing was changed."""

    class Silent:
        async def following(self, subject: SubjectId) -> str | None:
            raise Misstep("accounts.directory_silent")

    desk = cast("Desk", SimpleNamespace(accounts=Silent()))
    assert await unseen(await town.subject("ana"), desk) == UNSEEN
