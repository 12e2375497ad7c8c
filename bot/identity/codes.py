"""One-time codes are derived where they are sent and where they are checked, and kept nowhere, not even hashed."""

import hmac
from dataclasses import dataclass

import pyotp

from bot.identity.registered import Registered
from bot.model.facts import Challenged
from bot.platform.clock import World
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep

DIGITS = 6
SKEW = 1  # time-steps to each side that pass (RFC 6238 section 5.2)
FAR = 20  # time-steps in which a right code means "your clock is off": ten minutes


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes that we send, and codes that an authenticator shows."""

    keys: Keys
    world: World

    def sent(self, challenge: Challenged) -> Secret:
        """The code of a challenge: 6 digits, 20 bits (NIST SP 800-63B-4 section 3.1.3)."""
        return _code(self.keys.mac("code", _text(challenge)))

    def is_sent(self, challenge: Challenged, given: Secret) -> bool:
        """Compared with what each key of the ring would have sent, so that a rotation in between does no harm."""
        right = [given.equals(_code(mac)) for mac in self.keys.macs("code", _text(challenge))]  # all of them, in constant time
        return any(right)

    def totp_step(self, method: Registered, given: Secret) -> int | None:
        """The time-step that this authenticator code belongs to. None: a wrong one.

        Raises Misstep when it was used before (RFC 6238 section 5.2), or when only the phone's clock is off.
        """
        step = self._step_of(method, given, SKEW)
        if step is None:
            if self._step_of(method, given, FAR) is not None:
                raise Misstep("verify.clock_is_off")
            return None
        if step <= method.last_step:
            raise Misstep("verify.code_used")
        return step

    def _step_of(self, method: Registered, given: Secret, steps: int) -> int | None:
        totp = pyotp.TOTP(method.secret.reveal())
        now = int(self.world.now()) // totp.interval
        found = [s for s in range(now - steps, now + steps + 1) if hmac.compare_digest(totp.generate_otp(s), given.reveal())]
        return found[0] if found else None


def _text(challenge: Challenged) -> str:
    """Whose code it is and what for: a row that was made another's by hand has another code than the one that was sent."""
    c = challenge
    return repr((c.id, c.conversation, c.subject, str(c.action), str(c.kind), c.method))


def _code(mac: bytes) -> Secret:
    return Secret(f"{int.from_bytes(mac[:16]) % 10**DIGITS:0{DIGITS}}")
