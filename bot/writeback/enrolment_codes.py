"""The code with which an agent enrols: derived, never kept, and never sent. Both sides prove that they know it."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import astuple

from bot.model.agents import GROUP, Invitation, InvitationId
from bot.platform.clock import World
from bot.platform.keyring import Keys
from bot.platform.secret import Secret

HANDLE, CODE = 8, 24  # characters: the handle that names the invitation, and the whole
SECRET = 10  # bytes: 80 bits, so that what was overheard can't be searched for
AGENT, BOT = "agent", "bot"  # who proves it


def handle(world: World) -> InvitationId:
    """A new one. It is no secret."""
    return InvitationId(base64.b32encode(world.bytes(5)).decode())


def code(keys: Keys, invitation: Invitation) -> Secret:
    """The code of an invitation, as an admin reads it."""
    return Secret(invitation.id + _secret(keys.mac("writeback-code", _text(invitation))))


def typed(given: str) -> Secret:
    """A code as it was derived, however it was typed. Raises ValueError for what can't be one."""
    found = "".join(c for c in given.upper() if c.isalnum()).translate(str.maketrans("018", "OIB"))
    if len(found) != CODE:
        raise ValueError("not a code")
    return Secret(found)


def grouped(text: str) -> str:
    """A code as it is shown, in groups."""
    return "-".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def handle_of(given: Secret) -> InvitationId:
    """Which invitation it belongs to."""
    return InvitationId(given.reveal()[:HANDLE])


def proof(given: Secret, who: str, body: str) -> str:
    """That whoever sent `body` knows the code."""
    return hmac.digest(given.reveal().encode(), f"unlatch-enrol/1/{who}\n{body}".encode(), hashlib.sha256).hex()


def proved(given: Secret, who: str, body: str, said: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(proof(given, who, body).encode(), said.encode(errors="replace"))


def codes(keys: Keys, invitation: Invitation) -> Sequence[Secret]:
    """The same by every key of the ring: what was shown before a rotation is still good."""
    return [Secret(invitation.id + _secret(mac)) for mac in keys.macs("writeback-code", _text(invitation))]


def _secret(mac: bytes) -> str:
    return base64.b32encode(mac[:SECRET]).decode()


def _text(invitation: Invitation) -> str:
    return repr(astuple(invitation))
