"""The same dialogs with an agent in between: what people are told when it works, when it refuses, and when its line is cut."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast

import pytest
import pytest_asyncio

from adapters.writeback.agent_limits import AgentLimits
from bot.directory.interfaces import Directory, Write
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from store.directory_admin import AdministeredDirectory
from tests.conversations.conftest import Call, call, channel
from tests.kit.agents import GENEROUS, Bench, Site
from tests.kit.guided import hands
from tests.kit.kinds import SMS, TOTP
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town

__all__ = ["call", "channel"]
pytestmark = pytest.mark.long


class Cut(AdministeredDirectory):
    """The machine dies when it has done what it was asked, and before it says so."""

    dies: Callable[[], Awaitable[None]]

    async def reset(
        self, subject: SubjectId, password: Secret, *, whatever_age: bool = False, write: Write | None = None
    ) -> None:
        await super().reset(subject, password, whatever_age=whatever_age, write=write)
        await self.dies()


@pytest_asyncio.fixture
async def agents(town: Town) -> AsyncIterator[Bench]:
    """The town's directory is reached through agents alone, and there is none yet."""
    bench = await Bench(town.app.store, town.keys, town.world).opens()
    wires = cast("dict[str, Directory]", town.app.directories)
    behind, wires["contoso"] = wires["contoso"], bench.directory("contoso")
    yield bench
    wires["contoso"] = behind
    await bench.close()


async def served(bench: Bench, town: Town, limits: AgentLimits = GENEROUS) -> Site:
    """By one agent."""
    return await bench.site(hands(town), limits)


async def cut(bench: Bench, town: Town, *, stands_in: bool) -> None:
    """By one whose line breaks in mid-change, for good; at that moment another agent may come."""
    directory = hands(town)
    breaking = Cut("contoso", directory.database, directory.world, directory.hasher, directory.policy)
    site = await bench.site(breaking)
    site.line.pause = _never

    async def dies() -> None:
        if stands_in:
            await served(bench, town)
        assert site.ws
        await site.ws.close()

    object.__setattr__(breaking, "dies", dies)


async def test_a_reset_through_an_agent_ends_with_a_sign_in(town: Town, agents: Bench, call: Call) -> None:
    await served(agents, town)
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types(OLD)
    assert await ana.notice() == "password.history"
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    assert (await town.signs_in("ana", GOOD), await town.signs_in("ana", OLD)) == ("right", "wrong")
    assert [tag for tag in await town.tags() if tag.startswith("account:")][-2:] == [
        "account:reset:intended",
        "account:reset:changed",
    ]


async def test_an_unlock_through_an_agent_keeps_the_password(town: Town, agents: Bench, call: Call) -> None:
    await served(agents, town)
    ben = call("ben")
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    await ben.types(await town.code("ben", SMS))
    assert await ben.at() == "unlock.done"
    assert await town.signs_in("ben", OLD) == "right"


async def test_what_the_agents_own_file_refuses_is_told_in_words(town: Town, agents: Bench, call: Call) -> None:
    await served(agents, town, AgentLimits(groups=("*",), a_minute=0))
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types(GOOD)
    assert (await ana.at(), await ana.notice()) == ("reset.new", "writeback.too_many")
    assert "own limit" in await ana.page.reads()
    assert await town.signs_in("ana", OLD) == "right"


async def test_with_no_agent_there_the_person_is_told_and_nothing_happens_later(town: Town, agents: Bench, call: Call) -> None:
    site = await served(agents, town)
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    site.executor.limits.stop_file.touch()
    await agents.until(lambda: not agents.relay.connections)
    await ana.types(GOOD)
    assert (await ana.at(), await ana.notice()) == ("reset.new", "accounts.directory_silent")
    site.executor.limits.stop_file.unlink()
    await agents.until(lambda: bool(agents.relay.connections))
    assert await town.signs_in("ana", OLD) == "right"
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"


async def test_cut_off_in_mid_reset_with_nobody_else_there_it_is_told_as_unknown(town: Town, agents: Bench, call: Call) -> None:
    await cut(agents, town, stands_in=False)
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types(GOOD)
    assert await ana.at() == "reset.unconfirmed"
    assert "account:reset:unconfirmed" in await town.tags()


async def test_cut_off_in_mid_reset_another_agent_says_what_became_of_it(town: Town, agents: Bench, call: Call) -> None:
    """Its mark has moved, so it was done; nothing is done twice."""
    await cut(agents, town, stands_in=True)
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    assert (await town.tags()).count("account:reset:changed") == 1
    verbs = [values.get("verb") for site in agents.sites for _, values in site.journal.lines]
    assert verbs.count("reset") == 1  # the second one was asked for the mark, and for nothing else
    assert await town.signs_in("ana", GOOD) == "right"


async def _never(_seconds: float) -> None:
    await asyncio.Event().wait()
