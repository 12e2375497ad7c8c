"""After a change its person is told in Slack as well; where that can't be, the audit says so, and nothing is said twice."""

import pytest
import pytest_asyncio

from bot.model.facts import Audited
from tests.kit.attackers import proven
from tests.kit.residents import GOOD
from tests.kit.slack import SlackChat
from tests.kit.town import Town
from tests.slack.test_linking import resets as resets_from
from tests.slack.test_linking import shown


@pytest_asyncio.fixture
async def ana(town: Town) -> SlackChat:
    """Linked by an operator long ago; she has never written."""
    chat, subject = SlackChat(town, "ana"), await town.subject("ana")
    await town.app.store.chat_links.put("slack", chat.address, subject, Audited("operator:chat:linked", subject))
    town.clock.passes(60)
    return chat


async def resets(town: Town) -> None:
    """At the portal."""
    _, page = await proven(town, "ana")
    await page.types(GOOD)
    assert await page.at() == "reset.done"
    await town.settle()


async def unreached(town: Town) -> list[tuple[str, str]]:
    found = [dict(row.detail) for row in await town.audit() if row.tag == "notice:chat:unreached"]
    return [(about["why"], about["said"]) for about in found]


async def test_a_linked_chat_is_told_without_a_link_or_a_button(town: Town, ana: SlackChat) -> None:
    await resets(town)
    (message,) = town.slack.messages.values()
    assert message["channel"] == f"D{ana.user}"
    assert "your password was reset" in message["text"]
    assert "that wasn't me" in message["text"]
    assert {block["type"] for block in message["blocks"]} == {"section"}
    assert "http" not in str(message["blocks"])
    assert await unreached(town) == []


async def test_whoever_was_met_elsewhere_is_reached_there(town: Town, ana: SlackChat) -> None:
    await ana.types("hello")
    await resets(town)
    assert sum("was reset" in message["text"] for message in town.slack.messages.values()) == 1


@pytest.mark.parametrize("why", ["user_not_found", "messages_tab_disabled", "account_inactive"])
async def test_whoever_slack_refuses_is_named(town: Town, ana: SlackChat, why: str) -> None:
    town.slack.refuses["conversations.open"] = [(200, {}, {"ok": False, "error": why})]
    await resets(town)
    await town.passes(100)
    assert (town.slack.messages, await unreached(town)) == ({}, [("refused", why)])


async def test_where_the_app_isnt_installed_nobody_is_reached(town: Town) -> None:
    subject = await town.subject("ana")
    await town.app.store.chat_links.put("slack", "TELSEWHERE/UANA", subject, Audited("operator:chat:linked", subject))
    town.clock.passes(60)
    await resets(town)
    assert (town.slack.messages, await unreached(town)) == ({}, [("never_met", "")])


async def test_slack_asks_to_wait_and_is_waited_for(town: Town, ana: SlackChat) -> None:
    town.slack.refuses["chat.postMessage"] = [(429, {"Retry-After": "20"}, {})] * 2
    await resets(town)
    assert town.slack.messages == {}
    for seconds in (21, 40):
        await town.passes(seconds)
    assert (len(town.slack.messages), await unreached(town)) == (1, [])


async def test_a_slack_that_doesnt_say_who_it_is_is_asked_again(
    town: Town, ana: SlackChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("adapters.slack.installations.PATIENCE", 0.01)
        town.slack.slow["auth.test"] = 0.2
        await resets(town)
    assert (town.slack.messages, await unreached(town)) == ({}, [])
    town.slack.slow.clear()
    for _ in range(2):
        await town.passes(100)
    assert (len(town.slack.messages), await unreached(town)) == (1, [])


async def test_a_second_change_by_the_same_proofs_is_told_as_well(town: Town, ana: SlackChat) -> None:
    """A reset that links another chat account: two things were done, and both are told in the one that was linked before."""
    other = SlackChat(town, "ana", linked=False, user="UOTHER")
    page = await resets_from(town, other)
    await other.types(await shown(page))
    await town.settle()
    told = [message["text"] for (where, _), message in town.slack.messages.items() if where == f"D{ana.user}"]
    assert ["was reset" in text for text in told] == [True, False]
    assert ["was linked" in text for text in told] == [False, True]
