"""An authenticator app: a key that is shown once, and codes that the app makes of it (RFC 6238)."""

import hmac
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp

from bot.identity.methods.method import APP, Method
from bot.identity.methods.shapes import ShownAndTried, TypedCode
from bot.identity.methods.tools import Right, Tools
from bot.identity.registered import Registered
from bot.model.facts import Challenged
from bot.platform.clock import World
from bot.platform.ids import Kind, Line
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep, args

KEY = 20  # bytes (RFC 4226 section 4)
SKEW = 1  # time-steps to each side that pass (RFC 6238 section 5.2)
LEARNT = 1  # time-steps that the middle of these may move with a clock that drifts (RFC 6238 section 6): what passes is two away at most
FAR = 20  # time-steps in which a right code means "your clock is off": ten minutes


def new_key(world: World) -> Secret:
    """In base32."""
    return Secret(b32encode(world.bytes(KEY)).decode())


def nobodys_key(asked: Challenged, tools: Tools) -> Secret:
    """What a code is compared with where there is no app: nobody knows it, and it is another one for every name."""
    return Secret(b32encode(tools.keys.lasting_mac("nobodys app", asked.subject)[:KEY]).decode())


def as_link(key: Secret, account: str, company: str) -> Secret:
    """As every authenticator app reads it (`otpauth:`); a colon stands between the two names, so none may be in either."""
    account, company = (" ".join(name.replace(":", " ").split()) for name in (account, company))
    return Secret(pyotp.TOTP(key.reveal()).provisioning_uri(name=account, issuer_name=company))


def shows(key: Secret, at: float) -> tuple[Secret, int]:
    """Six digits, a new one every 30 seconds."""
    totp = pyotp.TOTP(key.reveal())
    return Secret(totp.at(int(at))), totp.interval - int(at) % totp.interval


async def right(asked: Challenged, given: Secret, mine: Sequence[Registered], tools: Tools) -> Right | None:
    """Raises Misstep for a code that was used before (RFC 6238 section 5.2), or when only the phone's clock is off."""
    method, now = next((m for m in mine if m.id == asked.method), None), tools.world.now()
    key = method.secret if method else nobodys_key(asked, tools)
    drift = _learnt(method.drift) if method else 0
    off = _off_by(key, given, now, range(drift - SKEW, drift + SKEW + 1))
    if off is None and (far := _off_by(key, given, now, range(-FAR, FAR + 1))) is not None:
        raise Misstep(_clock("clock", far), minutes=_minutes(far))
    if off is None or method is None:
        return None
    step = int(now) // pyotp.TOTP(key.reveal()).interval + off
    if step <= method.last_step:
        raise Misstep("method.totp.used")
    remark = (_clock("runs", off), args(minutes=_minutes(off))) if abs(off) > SKEW else None
    return Right(method.id, step, _learnt(off) if _learnt(off) != method.drift else None, remark)


@dataclass(frozen=True)
class AuthenticatorApp(Method):
    """Its secret is the key in base32."""

    kind = Kind("totp")
    group = APP
    strength = 5
    lifetime = 600
    nist = "single-factor OTP (3.1.4)"
    asks = TypedCode(right)
    registers = ShownAndTried(new_key, as_link, shows)
    most = 5  # Entra's registration capacity
    on_phone = True
    in_a_row = True

    def hint(self, method: Registered) -> Line:
        """The day on which it was set up: the key is never touched."""
        return Line(datetime.fromtimestamp(method.registered_at, UTC).strftime("%Y-%m-%d"))


def _off_by(key: Secret, given: Secret, now: float, steps: range) -> int | None:
    """By how many time-steps the clock that made this code is ahead of ours. None: by none of these."""
    totp = pyotp.TOTP(key.reveal())
    here = int(now) // totp.interval
    found = [step for step in steps if hmac.compare_digest(totp.generate_otp(here + step), given.reveal())]
    return found[0] if found else None


def _learnt(steps: int) -> int:
    return max(-LEARNT, min(LEARNT, steps))


def _clock(what: str, steps: int) -> str:
    return f"method.totp.{what}_{'ahead' if steps > 0 else 'behind'}"


def _minutes(steps: int) -> int:
    return max(1, round(abs(steps) / 2))
