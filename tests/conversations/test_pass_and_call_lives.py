"""A call that unlocks and an access pass that resets, in the vendors' chats and in three lives: one process, one for every turn, and one that dies."""

from dataclasses import dataclass

import pytest

from bot.identity.registered import Registered
from bot.platform.ids import MethodId
from bot.platform.secret import Secret
from tests.conversations.test_access_pass import ALLOWED, PASS, made
from tests.conversations.test_calls import CALL, CALLED
from tests.kit.callers import Caller, Channel
from tests.kit.guided import hired
from tests.kit.lives import STORIES, Person, Story, play
from tests.kit.residents import DAY, GOOD
from tests.kit.town import Town

BY_CALL = Story("unlock", "ben", CALL, STORIES["unlock"].ends)
BY_PASS = Story("reset", "ana", PASS, STORIES["reset"].ends)
LIVES = [
    pytest.param(False, None, id="one"),
    pytest.param(True, None, id="anew", marks=pytest.mark.whole),
    pytest.param(False, 31, id="killed"),
]
vendors = pytest.mark.parametrize("vendor", [Channel.SLACK, Channel.TEAMS])
lives = pytest.mark.parametrize(("anew", "dies_at"), LIVES)


@dataclass
class Holder(Person):
    """Has noted a pass."""

    code: str = ""

    async def _reads_and_types(self) -> None:
        await self.caller.types(self.code)


@vendors
@lives
async def test_a_call_unlocks(town: Town, vendor: Channel, *, anew: bool, dies_at: int | None) -> None:
    await town.use_policy(CALLED)
    ben, then = await town.subject("ben"), town.clock.now - 90 * DAY
    number = Secret("+4930901820;ext=45")
    await town.app.store.records.register(Registered(MethodId("office"), ben, CALL, number, then, then))
    town.life.dies_at = dies_at and town.life.points + dies_at
    played = await play(town, Person(BY_CALL, Caller(town, "ben", vendor)), anew=anew)
    assert (played.deaths > 0, await town.locked("ben")) == (dies_at is not None, False)
    assert sum(tag in {"account:unlock:changed", "account:unlock:moved"} for tag in await town.tags()) == 1


@vendors
@lives
async def test_a_pass_resets_and_is_used_up(town: Town, vendor: Channel, *, anew: bool, dies_at: int | None) -> None:
    await town.use_policy(ALLOWED)
    code = await made(town, await hired(town))
    town.life.dies_at = dies_at and town.life.points + dies_at
    played = await play(town, Holder(BY_PASS, Caller(town, "ana", vendor), code), anew=anew)
    assert (played.deaths > 0, await town.signs_in("ana", GOOD)) == (dies_at is not None, "right")
    assert [m.kind for m in await town.app.store.records.methods(await town.subject("ana"))].count(PASS) == 0
    assert (await town.tags()).count("account:reset:changed") == 1
