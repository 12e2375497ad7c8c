"""An agent in Teams: a whole case, and the caller's own chat hears of it."""

from tests.kit.guided import caller, hired
from tests.kit.kinds import TOTP
from tests.kit.residents import GOOD
from tests.kit.teams import TeamsChat
from tests.kit.town import Town


async def test_an_agent_in_teams_helps_a_caller_who_is_told_in_teams(town: Town, ana: TeamsChat) -> None:
    await ana.says("hello")
    town.clock.passes(60)
    await hired(town, "theo")
    theo = TeamsChat(town, "theo")
    for words in ("help ana", "A new password", "They forgot it", "INC-7"):
        await theo.says(words)
    await town.settle()
    assert await theo.at() == "case.watch"
    assert [where for (where, _), m in town.teams.messages.items() if "Theo Castillo from the" in str(m)] == [ana.conversation]
    page = await caller(town, "ana")
    await page.types(await town.code("ana", TOTP))
    await page.types(GOOD)
    await town.settle()
    assert await theo.at() == "case.end.reset"
    await theo.says("my cases")
    assert await theo.at() == "case.list.mine"
