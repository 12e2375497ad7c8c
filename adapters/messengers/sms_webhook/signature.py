"""Standard Webhooks' signature, of what we send and of what we are told: https://www.standardwebhooks.com."""

import base64
import binascii
import hmac
from collections.abc import Mapping

from bot.platform.secret import Secret

PREFIX, VERSION = "whsec_", "v1"
SHORTEST, LONGEST = 24, 64  # bytes of the secret
TOLERANCE = 300.0  # seconds that a signature is good for, before and after its time
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def headers(secret: Secret, id: str, at: float, body: bytes) -> dict[str, str]:
    """What goes with a body."""
    stamp = str(int(at))
    return {ID: id, TIMESTAMP: stamp, SIGNATURE: f"{VERSION},{_mac(secret, id, stamp, body)}"}


def signed(secret: Secret, given: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether one of the signatures is ours, and not old. The same may come again while it is good: see who takes its id."""
    id, stamp, signatures = (given.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not id or not stamp.isascii() or not stamp.isdigit() or abs(now - int(stamp)) > TOLERANCE:
        return False
    right = f"{VERSION},{_mac(secret, id, stamp, body)}".encode()
    return any([hmac.compare_digest(each.encode(), right) for each in signatures.split(" ")])  # noqa: C419 - constant time


def sound(secret: Secret) -> bool:
    """Whether it is a secret as the standard has it: "whsec_" and 24 to 64 bytes in base64."""
    text = secret.reveal().strip()
    try:
        return text.startswith(PREFIX) and SHORTEST <= len(_key(secret)) <= LONGEST
    except (binascii.Error, ValueError):
        return False


def _key(secret: Secret) -> bytes:
    return base64.b64decode(secret.reveal().strip().removeprefix(PREFIX), validate=True)


def _mac(secret: Secret, id: str, stamp: str, body: bytes) -> str:
    return base64.b64encode(hmac.digest(_key(secret), f"{id}.{stamp}.".encode() + body, "sha256")).decode()
