"""Addresses and numbers as people type them, made into what is kept: e-mail in lower case, numbers in E.164."""

import re

import phonenumbers

from bot.directory.interfaces import Person
from bot.identity.phone_numbers import described
from bot.platform.ids import Kind
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep

ADDRESS = re.compile(r"[^\s@<>\",;:\\()\[\]\x00-\x1f]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
LONGEST = 254  # characters (RFC 5321 section 4.5.3.1.3)


def read(kind: Kind, typed: str, country: str = "") -> Secret:
    """Raises Misstep. `country` (ISO 3166): whose numbers may come without a country code."""
    return Secret(_address(typed) if kind is Kind.EMAIL else _number(typed, country))


def own_mailbox(person: Person, address: Secret) -> bool:
    """Whether it is behind the very password: an address in the domain of the work mailbox or the sign-in name, or below it."""
    work = [_domain(own.casefold()) for own in (person.mail, person.login) if own and "@" in own]
    return any(f".{_domain(address.reveal())}".endswith(f".{domain}") for domain in work)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _address(typed: str) -> str:
    address = typed.strip().casefold()
    if len(address) > LONGEST or not ADDRESS.fullmatch(address):
        raise Misstep("register.bad_address")
    return address


def _number(typed: str, country: str) -> str:
    """Any format in, E.164 out; a number that can't get text messages is no good here."""
    text = re.sub(r"[\s().\-/\u2010-\u2015]", "", typed)
    text = f"+{text[2:]}" if text.startswith("00") else text
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        raise Misstep("register.bad_number") from None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    known = described(Secret(written))  # by the rule that decides what is sent, so that nothing is registered in vain
    if known is None or not known.mobile or number.extension:
        raise Misstep("register.bad_number")
    return written
