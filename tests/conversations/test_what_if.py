"""An admin asks what other rules would do, and hears numbers; whoever may not see coverage hears none."""

from dataclasses import replace

import pytest

from bot.policy.policy import MethodRules
from tests.kit.callers import Caller, Channel
from tests.kit.guided import hired
from tests.kit.kinds import SMS, TOTP
from tests.kit.slack import SlackChat
from tests.kit.town import EVERYBODY, Town


@pytest.mark.parametrize("channel", [Channel.TERMINAL, Channel.SLACK], ids=str)
async def test_an_admin_hears_totals_reasons_groups_and_the_cheapest_cure(town: Town, channel: Channel) -> None:
    await town.use_policy(replace(EVERYBODY, methods=MethodRules(1, (TOTP, SMS), (SMS,))))
    adam = Caller(town, "adam", channel)
    assert adam.chat
    found = await town.app.coverage.what_if(replace(EVERYBODY, methods=MethodRules(2, (TOTP, SMS), (SMS,))))
    assert found.forecast.lose and found.cure
    await adam.chat.says("What if we required two methods?")
    await town.settle()
    heard = await adam.chat.hears()
    assert await adam.chat.at() == "what_if.two_methods"
    assert f"{found.forecast.lose} could no longer" in heard
    assert f"{found.lost[0][1]} could no longer: fewer methods than are required." in heard
    assert f"Accounts that it would help: {found.cure.people};" in heard
    assert "/rules" in heard
    assert "Ana" not in heard
    await adam.chat.says("what happens to us in February")
    await town.settle()
    heard = await adam.chat.hears()
    assert await adam.chat.at() == "what_if.retirements"
    assert "Nothing ends here by that" in heard
    rows = [row for row in await town.audit() if row.tag == "coverage:forecast:shown"]
    assert [dict(row.detail)["what"] for row in rows] == ["two_methods", "retirements"]
    assert "policy:change" not in " ".join(await town.tags())


async def test_the_helpdesk_and_everybody_else_hear_no_number(town: Town) -> None:
    await hired(town)
    for chat in (SlackChat(town, "erin"), SlackChat(town, "ana"), SlackChat(town, "ben", linked=False)):
        await chat.says("what would happen if we switched off text messages")
        await town.settle()
        assert await chat.at() == "coverage.not_yours"
    assert "coverage:forecast:shown" not in await town.tags()
