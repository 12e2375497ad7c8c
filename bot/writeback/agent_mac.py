"""Whether an agent's row is as we wrote it, and the key that the bot signs with for it: a row written by hand opens nothing."""

from dataclasses import astuple, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.model.agents import Agent
from bot.platform.keyring import Keys

PURPOSE = "writeback"


def sealed_agent(keys: Keys, agent: Agent) -> Agent:
    """The agent with a MAC over all that may not be changed by hand."""
    return replace(agent, mac=keys.sign("writeback-agent", _text(agent)))


def genuine(keys: Keys, agent: Agent) -> bool:
    """Whether it is as we wrote it."""
    return keys.signed("writeback-agent", _text(agent), agent.mac)


def signer(keys: Keys, agent: Agent) -> Ed25519PrivateKey:
    """The key whose public half this agent pinned. It stays with it through rotations of the ring. Raises UnknownKey."""
    return keys.signer(PURPOSE, agent.ring)


def _text(agent: Agent) -> str:
    return repr(astuple(replace(agent, mac="", at=0.0)))
