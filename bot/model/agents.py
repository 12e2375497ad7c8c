"""Writeback agents as they are kept: who was asked in, who came, who was let in, and what they are asked meanwhile."""

import base64
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

AgentId = NewType("AgentId", str)
InvitationId = NewType("InvitationId", str)
ALIVE = 45.0  # seconds since it was last seen: three heartbeats
GROUP = 4  # characters of a fingerprint that are read at a time


class Stand(StrEnum):
    """Where an agent stands with us; kept, and covered by its MAC."""

    WAITING = "waiting"  # for an admin who compares its fingerprint
    APPROVED = "approved"
    STOPPED = "stopped"  # by an admin, for good


@dataclass(frozen=True, slots=True)
class Agent:
    """One that came with a good code. `mac` covers everything down to `ring` by a key that isn't in the database."""

    id: AgentId
    directory: str
    name: str  # what its machine calls itself
    key: str  # Ed25519, public, in hex: what its fingerprint is of
    invited_by: str  # an admin's subject, or "operator"
    approved_by: str
    stand: Stand
    ring: str  # name of the ring's key that the bot signs with, for this agent
    mac: str = ""
    at: float = 0.0  # when it came


@dataclass(frozen=True, slots=True)
class Presence:
    """What is known of an agent's connection. It decides nothing but whom to ask first."""

    since: float = 0.0  # when this connection was made
    seen: float = 0.0  # when it was last there
    replica: str = ""  # which process of ours holds it; empty: none
    sealing: str = ""  # its envelope of `Ready`: the key to seal to, signed by the agent's own key
    why: str = ""  # what it said when it left; empty: nothing


@dataclass(frozen=True, slots=True)
class KnownAgent:
    """An agent as it was written down, and how its connection is."""

    agent: Agent
    presence: Presence

    def alive(self, now: float) -> bool:
        """Whether some replica holds its connection."""
        return bool(self.presence.replica) and now - self.presence.seen <= ALIVE


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody asked for a code. The code is derived from all of this, and kept nowhere."""

    id: InvitationId
    directory: str
    by: str
    expires: float


@dataclass(frozen=True, slots=True)
class Posted:
    """A request for an agent whose connection another replica holds. It is signed, and sealed to the agent."""

    id: str
    agent: AgentId
    text: str


def fingerprint(key: str) -> str:
    """160 bits of SHA-256 in eight groups of base32, to be read from one screen and compared with another."""
    text = base64.b32encode(hashlib.sha256(bytes.fromhex(key)).digest()[:20]).decode()
    return "-".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))
