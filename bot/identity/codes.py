"""One-time codes that are sent: derived where they leave and where they are checked, and kept nowhere, not even hashed."""

from bot.model.facts import Challenged
from bot.platform.keyring import Keys
from bot.platform.secret import Secret

DIGITS = 6  # 20 bits (NIST SP 800-63B-4 section 3.1.3)


def sent_code(keys: Keys, challenge: Challenged) -> Secret:
    """The code of a challenge."""
    return _code(keys.mac("code", _text(challenge)))


def is_sent_code(keys: Keys, challenge: Challenged, given: Secret) -> bool:
    """Compared with what each key of the ring would have sent, so that a rotation in between does no harm."""
    right = [given.equals(_code(mac)) for mac in keys.macs("code", _text(challenge))]  # all of them, in constant time
    return any(right)


def _text(challenge: Challenged) -> str:
    """Whose code it is and what for: a row that was made another's by hand has another code than the one that was sent."""
    c = challenge
    return repr((c.id, c.conversation, c.subject, str(c.action), str(c.kind), c.method))


def _code(mac: bytes) -> Secret:
    return Secret(f"{int.from_bytes(mac[:16]) % 10**DIGITS:0{DIGITS}}")
