"""Admins and writeback agents: who is asked in, who is let in by whom, and who is stopped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.directory.interfaces import Person
from bot.identity.identity import Identity
from bot.model.agents import Agent, AgentId, Invitation, InvitationId, KnownAgent, Stand, fingerprint
from bot.model.facts import AgentInvited, AgentRuled, Audited
from bot.model.turn import Turn
from bot.platform.clock import World
from bot.platform.ids import Action, GrantId, Origin
from bot.platform.keyring import Keys
from bot.platform.sentences import Misstep, Refuse, args
from bot.policy.roles import Role
from bot.writeback.agent_mac import genuine, sealed_agent
from bot.writeback.enrolling import LIFETIME
from bot.writeback.enrolment_codes import handle
from bot.writeback.interfaces import AgentStore

HALF = 20  # characters of a fingerprint that our page shows, with a dash at their end; the others are read from the agent's own screen


@dataclass(frozen=True)
class Admitting:
    """What an admin may do about agents in one turn. `directories`: those that are reached through agents."""

    turn: Turn
    agents: AgentStore
    identity: Identity
    directories: tuple[str, ...]
    keys: Keys
    world: World

    async def admin(self) -> Person:
        """Whoever is talking, from a chat account that is linked to theirs. Raises Refuse for anybody but an admin."""
        party = self.turn.party
        if party.origin is Origin.LINKED and party.subject is not None:
            person = await self.identity.people.person(party.subject)
            if person.enabled and Role.ADMIN in self.identity.people.roles.of(person):
                return person
        raise Refuse("agents.not_yours")

    async def known_agents(self) -> Sequence[KnownAgent]:
        """Those whose rows are ours. One that somebody wrote by hand is none."""
        return [known for known in await self.agents.agents() if genuine(self.keys, known.agent)]

    async def agent(self, id: str) -> Agent:
        """The agent of this id. Raises Refuse when there is none."""
        known = await self.agents.agent(AgentId(id))
        if known is None or not genuine(self.keys, known.agent):
            raise Refuse("agents.gone")
        return known.agent

    async def waiting(self, id: str) -> Agent:
        """One that this admin may let in. Raises Refuse: it waits no more, or they asked for its code themselves."""
        agent = await self.agent(id)
        if agent.stand is not Stand.WAITING:
            raise Refuse("agents.gone")
        if agent.invited_by == (await self.admin()).subject:
            raise Refuse("agents.own_invitation")
        return agent

    async def invite(self, grant: GrantId, directory: str) -> InvitationId:
        """A code for one new agent. Raises Refuse."""
        admin = await self._warranted(grant)
        if directory not in self.directories:
            raise Refuse("agents.gone")
        invitation = Invitation(handle(self.world), directory, admin.subject, self.world.now() + LIFETIME)
        detail = args(directory=directory, grant=grant, conversation=self.turn.conversation)
        self.turn.note(AgentInvited(invitation, grant), Audited("writeback:agent:invited", admin.subject, detail))
        return invitation.id

    async def approve(self, grant: GrantId, id: str, typed: str) -> None:
        """With the rest of its fingerprint, as its own machine shows it. Raises Misstep when that is another one, Refuse."""
        await self._warranted(grant)
        agent = await self.waiting(id)
        if plain(typed) not in (plain(fingerprint(agent.key)), plain(fingerprint(agent.key)[HALF:])):
            raise Misstep("agents.not_the_same")
        await self._rule(grant, agent, Stand.APPROVED)

    async def stop(self, grant: GrantId, id: str) -> None:
        """Stop an agent for good. Raises Refuse."""
        await self._warranted(grant)
        agent = await self.agent(id)
        if agent.stand is Stand.STOPPED:
            raise Refuse("agents.gone")
        await self._rule(grant, agent, Stand.STOPPED)

    async def _rule(self, grant: GrantId, agent: Agent, stand: Stand) -> None:
        admin = await self.admin()
        approved_by = admin.subject if stand is Stand.APPROVED else agent.approved_by
        new = sealed_agent(self.keys, replace(agent, stand=stand, approved_by=approved_by))
        detail = args(
            by=admin.subject,
            directory=agent.directory,
            name=agent.name,
            fingerprint=fingerprint(agent.key),
            grant=grant,
            conversation=self.turn.conversation,
        )
        self.turn.note(AgentRuled(new, agent.stand, admin.subject, grant), Audited(f"writeback:agent:{stand}", agent.id, detail))

    async def _warranted(self, grant: GrantId) -> Person:
        admin = await self.admin()
        await self.identity.authorize(grant, Action.AGENTS, admin.subject)
        return admin


def plain(text: str) -> str:
    """A fingerprint however it was typed."""
    return "".join(c for c in text.upper() if c.isalnum()).translate(str.maketrans("018", "OIB"))
