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

MOST = 5  # Entra's registration capacity
KEY = 20  # bytes (RFC 4226 section 4)
SKEW = 1  # time-steps to each side that pass (RFC 6238 section 5.2)
LEARNT = 1  # time-steps that the middle of these may move with a clock that drifts (RFC 6238 section 6): what passes is two away at most
STEP = 30  # seconds
FAR = 20  # time-steps in which a right code means "your clock is off": ten minutes


def new_key(world: World) -> Secret:
    """In base32."""
    return Secret(b32encode(world.bytes(KEY)).decode())


def named(secret: Secret, name: str) -> Secret:
    """Behind a space, which no key has, stands what its person calls the app."""
    return Secret(" ".join([_parts(secret)[0], *name.split()]))


def typed(secret: Secret) -> Secret:
    """The key alone."""
    return Secret(_parts(secret)[0])


def nobodys_key(asked: Challenged, tools: Tools) -> Secret:
    """What a code is compared with where there is no app: nobody knows it, and it is another one for every name."""
    return Secret(b32encode(tools.keys.lasting_mac("nobodys app", asked.subject)[:KEY]).decode())


def as_link(secret: Secret, account: str, company: str) -> Secret:
    """As every authenticator app reads it (`otpauth:`); a colon stands between the two names, so none may be in either."""
    account, company = (" ".join(name.replace(":", " ").split()) for name in (account, company))
    return Secret(_totp(secret).provisioning_uri(name=account, issuer_name=company))


def shows(secret: Secret, at: float) -> tuple[Secret, int]:
    """Six digits, a new one every 30 seconds."""
    totp = _totp(secret)
    return Secret(totp.at(int(at))), totp.interval - int(at) % totp.interval


async def right(asked: Challenged, given: Secret, mine: Sequence[Registered], tools: Tools) -> Right | None:
    """By any of their apps: each has a clock and a last code of its own. As many keys are compared for everybody.

    Raises Misstep for a code that was used before (RFC 6238 section 5.2), or when only a phone's clock is off.
    """
    now, nobodys = tools.world.now(), nobodys_key(asked, tools)
    apps = [*(mine if asked.method else ()), *[None] * MOST][:MOST]
    found = [_place(app.secret if app else nobodys, _learnt(app.drift) if app else 0, given, now) for app in apps]
    near = [(app, off) for app, off in zip(apps, found, strict=True) if app and off is not None and _passes(app, off)]
    here = int(now) // STEP
    for app, off in near:
        if here + off > app.last_step:
            remark = (_clock("runs", off), args(minutes=_minutes(off))) if abs(off) > SKEW else None
            return Right(app.id, here + off, _learnt(off) if _learnt(off) != app.drift else None, remark)
    if near:
        raise Misstep("method.totp.used")
    if far := [off for app, off in zip(apps, found, strict=True) if app and off is not None]:
        raise Misstep(_clock("clock", far[0]), minutes=_minutes(far[0]))
    return None


@dataclass(frozen=True)
class AuthenticatorApp(Method):
    """Its secret is the key in base32."""

    kind = Kind("totp")
    group = APP
    strength = 5
    lifetime = 600
    nist = "single-factor OTP (3.1.4)"
    asks = TypedCode(right)
    registers = ShownAndTried(new_key, as_link, shows, typed, named)
    most = MOST
    any_answers = True
    on_phone = True
    in_a_row = True

    def hint(self, method: Registered) -> Line:
        """The day on which it was set up: the key is never touched."""
        return Line(datetime.fromtimestamp(method.registered_at, UTC).strftime("%Y-%m-%d"))

    def called(self, method: Registered) -> Line:
        """As they named it when it was set up."""
        return Line(_parts(method.secret)[1])


def _parts(secret: Secret) -> tuple[str, str]:
    """The key, and what its person calls the app."""
    key, _, name = secret.reveal().partition(" ")
    return key, name


def _totp(secret: Secret) -> pyotp.TOTP:
    return pyotp.TOTP(_parts(secret)[0], interval=STEP)


def _place(secret: Secret, middle: int, given: Secret, now: float) -> int | None:
    """By how many time-steps the clock that made this code is ahead of ours: the nearest to what was learnt. None: by none of these."""
    totp, here = _totp(secret), int(now) // STEP
    found = [off for off in range(-FAR, FAR + 1) if hmac.compare_digest(totp.generate_otp(here + off), given.reveal())]
    return min(found, key=lambda off: abs(off - middle), default=None)


def _passes(app: Registered, off: int) -> bool:
    return abs(off - _learnt(app.drift)) <= SKEW


def _learnt(steps: int) -> int:
    return max(-LEARNT, min(LEARNT, steps))


def _clock(what: str, steps: int) -> str:
    return f"method.totp.{what}_{'ahead' if steps > 0 else 'behind'}"


def _minutes(steps: int) -> int:
    return max(1, round(abs(steps) / 2))
