"""What a phone number says about itself: its country, the range that it belongs to, and whether it is a mobile."""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from bot.platform.secret import Secret

RANGE = 7  # digits of E.164 that numbers bought together share
MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)  # North America doesn't tell them apart


@dataclass(frozen=True, slots=True)
class Number:
    """`country` is an ISO 3166 code; empty where the plan knows none. `range` holds the first digits, so it is a secret too."""

    country: str
    range: Secret
    mobile: bool


def described(number: Secret) -> Number | None:
    """By the numbering plans alone: nobody is asked. None: not E.164.

    Premium, shared-cost, toll-free, VoIP, personal and pager numbers aren't mobiles, nor is a number that no plan has given
    out: fraudsters earn on those.
    """
    try:
        parsed = phonenumbers.parse(number.reveal())
    except NumberParseException:
        return None
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if written != number.reveal():
        return None
    country = phonenumbers.region_code_for_number(parsed) or ""
    return Number(country, Secret(written[1 : RANGE + 1]), phonenumbers.number_type(parsed) in MOBILE)
