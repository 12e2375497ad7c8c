"""A phone call to a mobile or an office phone, by its extension if it has one, that reads a code once a key is pressed."""

import re
from dataclasses import dataclass

from bot.identity.methods.method import NUMBER, Method
from bot.identity.methods.sent import right_code
from bot.identity.methods.shapes import TypedAndTried, TypedCode
from bot.identity.phone_numbers import described, in_e164
from bot.messaging.messenger import Channel
from bot.model.prompt import Text
from bot.platform.ids import Kind
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep

EXTENSION = re.compile(r"(?i)^(.*?\d.*?)\s*(?:;ext=|ext(?:ension)?\.?|durchwahl|#|\bx)\s*(\d{1,8})\s*$")
AT = ";ext="  # RFC 3966


def read(typed: str, country: str) -> Secret:
    """As "+4930901820;ext=123". Whatever isn't a mobile or a landline of some country costs whom it calls, or earns whom it is."""
    found = EXTENSION.match(typed)
    number = in_e164(found[1] if found else typed, country)
    known = described(number) if number else None
    if number is None or known is None or not (known.mobile or known.fixed):
        raise Misstep("method.call.bad")
    return Secret(number.reveal() + AT + found[2]) if found else number


def place(number: Secret) -> tuple[Secret, str]:
    """What is dialled, and the extension that is dialled then; empty: none."""
    outside, _, inside = number.reveal().partition(AT)
    return Secret(outside), inside


@dataclass(frozen=True)
class PhoneCall(Method):
    """Its secret is the number in E.164, with its extension."""

    kind = Kind("call")
    group = NUMBER
    strength = 2
    lifetime = 300
    nist = "restricted: PSTN (3.2.9)"
    asks = TypedCode(right_code)
    registers = TypedAndTried(Text(254, "number"), read)
    weak = True
    ends_elsewhere = "2027-02-01"
    channel = Channel.CALL
    most = 3  # a mobile, an office phone, and another
    tries = 1
    on_phone = True

    def mask(self, secret: Secret) -> str:
        """As "•••• 42"; the extension isn't shown."""
        return f"•••• {place(secret)[0].reveal()[-2:]}"
