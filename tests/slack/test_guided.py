"""A case whose caller has Slack: they hear of it there at once, may say that it isn't them, and its agent works in Slack as well."""

from tests.kit.attackers import by_hand
from tests.kit.guided import caller, hired
from tests.kit.kinds import TOTP
from tests.kit.residents import GOOD
from tests.kit.slack import SlackChat
from tests.kit.town import Town


async def test_the_chat_of_whoever_was_named_hears_of_it_once_and_without_a_link(town: Town, ana: SlackChat) -> None:
    await ana.says("hello")
    town.clock.passes(60)
    erin = await hired(town)
    await erin.opens("ana")
    (told,) = [m["text"] for m in town.slack.messages.values() if "Erin Castillo" in m["text"]]
    assert "A new password" in told
    assert "/l/" not in told
    await ana.types("cancel")
    await ana.types("is this agent real?")
    assert await ana.at() == "real_agent.case"
    await ana.says("No, that isn't me")
    assert await ana.at() == "real_agent.ended"
    await town.settle()
    assert await erin.at() == "case.end.denied"


async def test_an_agent_in_slack_opens_watches_and_lists(town: Town) -> None:
    await hired(town, "theo")
    theo = SlackChat(town, "theo")
    await theo.says("help ana")
    for words in ("A new password", "They forgot it", "INC-7"):
        await theo.says(words)
    await town.settle()
    assert await theo.at() == "case.watch"
    page = await caller(town, "ana")
    await page.types(await town.code("ana", TOTP))
    await town.settle()
    assert "That was enough" in await theo.hears()
    await theo.types("my cases")
    assert await theo.at() == "case.list.mine"
    assert "it is them" in await theo.hears()
    await page.types(GOOD)
    await town.settle()
    assert [how for (how,) in by_hand(town, 'select ended from "case"')] == ["reset.done"]
