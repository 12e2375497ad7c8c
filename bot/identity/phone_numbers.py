"""Phone numbers: as people type them, as they are kept (E.164), and what one says of its country, its range and its kind."""

import re
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
    fixed: bool


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
    kind = phonenumbers.number_type(parsed)
    return Number(country, Secret(written[1 : RANGE + 1]), kind in MOBILE, kind is PhoneNumberType.FIXED_LINE)


def in_e164(typed: str, country: str) -> Secret | None:
    """Any format in. None: no number, or one with an extension. `country` (ISO 3166): whose numbers may lack a country code."""
    text = re.sub(r"[\s().\-/\u2010-\u2015]", "", typed)
    text = f"+{text[2:]}" if text.startswith("00") else text
    try:
        number = phonenumbers.parse(text, country or None)
    except NumberParseException:
        return None
    return None if number.extension else Secret(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
