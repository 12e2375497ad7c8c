"""Rights over writeback agents that were never given, were spent already, or were proved in the wrong place."""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.writeback.enrolment import fingerprint_of
from bot.model.agents import Stand
from bot.platform.ids import Action
from bot.policy.policy import CodesInChat
from tests.kit.admins import Admin, admin, serves
from tests.kit.attackers import by_hand
from tests.kit.kinds import typed
from tests.kit.town import EVERYBODY, Town
from tests.writeback.test_admitting import ASK, LET, code, comes, stands

CODES = "select count(*) from writeback_invitation"


async def at_the_question(town: Town) -> Admin:
    """Zoe has proved enough to make a code, and is asked whether she wants one."""
    serves(town)
    zoe = await admin(town, "zoe")
    await zoe.begins(ASK)
    await zoe.proves()
    assert await zoe.page.at() == "agents.invite"
    return zoe


@pytest.mark.both_databases
async def test_a_grant_makes_one_code_even_if_its_conversation_is_brought_back(town: Town) -> None:
    zoe = await at_the_question(town)
    row = by_hand(town, "select id, step, due_at from conversation where step like '%agents.invite%'")[0]
    await zoe.page.picks("Make the code")
    by_hand(town, "update conversation set step = ?, due_at = ? where id = ?", row[1], row[2], row[0])
    await zoe.page.picks("Make the code")
    assert by_hand(town, CODES) == [(1,)]


async def test_a_grant_that_was_changed_by_hand_opens_nothing(town: Town, tmp_path: Path) -> None:
    serves(town)
    adam, zoe = await admin(town, "adam"), await admin(town, "zoe")
    own = await comes(town, await code(adam), tmp_path / "agent.keys")
    await zoe.begins(LET)
    await zoe.proves()
    by_hand(town, 'update "grant" set expires = expires + 1 where action = ?', Action.AGENTS)
    await zoe.page.types(fingerprint_of(own)[20:])
    assert await zoe.page.at() == "accounts.no_right"
    assert await stands(town) == [Stand.WAITING]


@pytest.mark.parametrize("change", ["void = true", "subject = 'contoso:other'", "action = 'reset'", "expires = 1"])
async def test_behind_the_warrant_stands_the_statement_that_spends_it(
    town: Town, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    zoe = await at_the_question(town)

    async def careless(*_given: object) -> None:
        """Lets everything pass."""

    monkeypatch.setattr("bot.identity.identity.Identity.authorize", careless)
    by_hand(town, f'update "grant" set {change}')  # noqa: S608 - one of the four above
    await zoe.page.picks("Make the code")
    assert by_hand(town, CODES) == [(0,)]


async def test_codes_in_the_chat_are_never_enough_for_agents(town: Town) -> None:
    """Not even where the organisation has named that risk for its people's passwords."""
    await town.use_policy(replace(EVERYBODY, codes_in_chat=CodesInChat.ALWAYS))
    serves(town)
    zoe = await admin(town, "zoe")
    await zoe.begins(ASK)
    was = await zoe.page.at()
    assert typed(was)
    await zoe.chat.says(await town.code("zoe", "totp"))
    assert await zoe.page.at() == was
    assert "identity:proof:accepted" not in await town.tags()
