"""What agents ask of the store, and that one is turned away."""

from collections.abc import Sequence
from typing import Protocol

from bot.model.agents import Agent, AgentId, Invitation, InvitationId, KnownAgent, Posted, Presence
from bot.model.facts import Audited


class TurnedAway(Exception):  # noqa: N818 - says what happened
    """No such code, not any more, or not proved."""


class AgentStore(Protocol):
    """Each method is one short transaction. What a turn decides is written by facts."""

    async def invite(self, invitation: Invitation, fact: Audited) -> None:
        """An invitation that the operator made on the machine itself, and its audit row."""

    async def invitation(self, id: InvitationId) -> Invitation | None:
        """None: there is none, it was used, or it is over."""

    async def enrol(self, invitation: InvitationId, agent: Agent, fact: Audited) -> bool:
        """Uses the invitation up. False: somebody else was faster."""

    async def refused(self, *facts: Audited) -> None:
        """What was tried and went wrong."""

    async def agents(self) -> Sequence[KnownAgent]:
        """All that ever came, oldest first."""

    async def agent(self, id: AgentId) -> KnownAgent | None:
        """The agent of this id. None: there is no such agent."""

    async def present(self, id: AgentId, presence: Presence) -> None:
        """Its connection was made, is still there, or is gone."""

    async def gone(self, id: AgentId, replica: str, why: str) -> None:
        """Its connection is gone, unless another replica holds a newer one."""

    async def post(self, posted: Posted, expires: float) -> None:
        """For the replica that holds the agent's connection."""

    async def take_posted(self, agents: Sequence[AgentId]) -> Sequence[Posted]:
        """What waits for these, each once."""

    async def reply(self, id: str, answer: str) -> None:
        """The agent's answer, kept sealed until it is fetched."""

    async def fetch(self, id: str) -> str | None:
        """The answer, once; None: not yet."""

    async def sweep(self) -> None:
        """Forget what nobody waits for any more."""
