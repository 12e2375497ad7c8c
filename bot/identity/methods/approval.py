"""Approval on a phone: the bound page shows two digits, and our page on the phone takes them, signed by a key that never leaves it."""

from base64 import b32encode
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.identity.methods.approval_devices import KIND, device, paired
from bot.identity.methods.method import APP, Method
from bot.identity.methods.shapes import MadeElsewhere, MetElsewhere
from bot.identity.methods.tools import Means, Met, Tools
from bot.identity.registered import Registered
from bot.model.facts import Challenged
from bot.platform.ids import ChallengeId, Line, MethodId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Refuse

PAGE = "/approve"
MINUTES = 5
CODE = 10  # characters of base32: 50 bits, for one registration
PROMPTS = 3


def number(keys: Keys, id: ChallengeId) -> int:
    """What is shown."""
    return numbers(keys, id)[0]


def code(keys: Keys, id: ChallengeId) -> Secret:
    """Likewise."""
    return codes(keys, id)[0]


def numbers(keys: Keys, id: ChallengeId) -> tuple[int, ...]:
    """Two digits by each key of the ring, current first: derived, and good for one question."""
    return tuple(10 + int.from_bytes(mac[:8]) % 90 for mac in keys.macs("approval number", id))


def codes(keys: Keys, id: ChallengeId) -> tuple[Secret, ...]:
    """What leads a phone to the registration that it is for, likewise."""
    return tuple(Secret(b32encode(mac).decode()[:CODE]) for mac in keys.macs("approval code", id))


def confirmation(keys: Keys, asked: Challenged, method: str, at: float) -> str:
    """What the question's row says from now on: approved at `at` by this phone. Written by hand, or for another question, it says nothing."""
    return f"{at!r}~{method}~{keys.sign('approved', _text(asked, method, repr(at)))}"


def approved(asked: Challenged, tools: Tools) -> Met | None:
    """By which phone, for the page that asked."""
    if not asked.signed_in:
        return None
    at, method, mac = (*asked.signed_in.split("~"), "", "", "")[:3]
    if not tools.keys.signed("approved", _text(asked, method, at), mac):
        raise Refuse("accounts.no_right")
    return Met(float(at), MethodId(method))


@dataclass(frozen=True)
class PhoneApproval(Method):
    """Its secret says by which key a phone signs (approval_devices.py). How it is asked and answered: approving.py."""

    kind = KIND
    group = APP
    strength = 6
    lifetime = MINUTES * 60
    nist = "out-of-band device (3.1.3)"
    asks = MetElsewhere(approved, number=number)
    registers = MadeElsewhere(PAGE, code, number, paired)
    any_answers = True
    most = 5  # Entra's registration capacity
    prompts = PROMPTS
    on_phone = True

    def carried(self, means: Means) -> bool:
        """Where browsers have keys: over https, or on this very machine."""
        return means.origin.startswith("https:") or urlsplit(means.origin).hostname == "localhost"

    def hint(self, method: Registered) -> Line:
        """What it calls itself."""
        return Line(device(method).name)


def _text(asked: Challenged, method: str, at: str) -> str:
    a = asked
    return repr((a.id, a.conversation, a.subject, str(a.action), str(a.kind), method, at))
