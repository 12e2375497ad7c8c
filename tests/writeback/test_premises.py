"""What the rules page says of each directory and its agents: as they are at that moment, and nothing of an agent that isn't ours."""

from dataclasses import replace
from typing import cast

from bot.app.rules import Premises
from bot.directory.interfaces import Directory, Health
from bot.model.agents import ALIVE, Agent, AgentId, Invitation, InvitationId, Presence, Stand
from bot.model.facts import Audited
from bot.writeback.agent_mac import sealed_agent
from store.directory import EmbeddedDirectory
from tests.kit.rules_page import at_rules
from tests.kit.town import Town


async def came(town: Town, name: str, *, ours: bool = True) -> AgentId:
    """An agent that was let in."""
    id, agents = AgentId(f"agent-{name}"), town.app.store.agents
    agent = Agent(id, "contoso", name, "ab" * 32, "operator", "contoso:a", Stand.APPROVED, town.keys.current)
    agent = sealed_agent(town.keys, agent) if ours else replace(agent, mac="0" * 32)
    invitation = Invitation(InvitationId(f"inv-{name}"), "contoso", "operator", town.clock.now + 600)
    await agents.invite(invitation, Audited("writeback:agent:invited", "operator"))
    assert await agents.enrol(invitation.id, agent, Audited("writeback:agent:enrolled", id))
    return id


async def told(town: Town) -> list[str]:
    (line,) = await Premises(town.app).lines()
    assert (line.name, line.kind, line.answers, line.writeback, line.unlock) == ("contoso", "embedded", True, True, True)
    return [words for words, _ in line.agents]


async def test_an_agent_is_up_since_its_connection_was_made_and_silent_once_it_is_not_seen(town: Town) -> None:
    assert await told(town) == []
    id = await came(town, "dc1")
    await came(town, "by-hand", ours=False)
    assert await told(town) == ["agents.line.never"]
    now = town.clock.now
    await town.app.store.agents.present(id, Presence(since=now, seen=now, replica="one"))
    assert await told(town) == ["agents.line.up"]
    adam = await at_rules(town, "adam")
    page = (await adam.get("/rules")).text
    assert "dc1 for contoso: your on-premises writeback client is up and running since" in page
    assert "by-hand" not in page
    town.clock.passes(ALIVE + 1)
    assert await told(town) == ["agents.line.silent"]


class Unwell(EmbeddedDirectory):
    """Says nothing of its health, and serves otherwise."""

    async def health(self) -> Health:
        raise OSError


async def test_a_directory_that_fails_is_said_to_be_silent_and_the_page_opens(town: Town) -> None:
    adam, good = await at_rules(town, "adam"), town.directory
    wires = cast("dict[str, Directory]", town.app.directories)
    wires["contoso"] = Unwell("contoso", good.database, good.world, good.hasher)
    assert [line.answers for line in await Premises(town.app).lines()] == [False]
    assert "doesn't answer" in (await adam.get("/rules")).text
