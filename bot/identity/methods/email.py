"""A mail to a private mailbox, with a code; never to the mailbox behind the very password."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import idna

from bot.directory.interfaces import ContactField, Person
from bot.identity.methods.method import MAILBOX, Method
from bot.identity.methods.sent import right_code
from bot.identity.methods.shapes import TypedAndTried, TypedCode
from bot.messaging.messenger import Channel
from bot.model.prompt import Text
from bot.platform.ids import Kind
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep

ADDRESS = re.compile(r"[^\s@<>\",;:\\()\[\]\x00-\x1f]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
LONGEST = 254  # characters (RFC 5321 section 4.5.3.1.3)


def read(typed: str, country: str) -> Secret:  # noqa: ARG001 - of its port
    """In lower case, its domain as mail servers know it."""
    local, at, domain = typed.strip().rpartition("@")
    address = f"{local.casefold()}{at}{in_ascii(domain.lower())}"  # not folded: that would make another domain of one with ß
    if len(address) > LONGEST or not ADDRESS.fullmatch(address):
        raise Misstep("method.email.bad")
    return Secret(address)


@dataclass(frozen=True)
class PrivateMailbox(Method):
    """Its secret is the address in lower case."""

    kind = Kind("email")
    group = MAILBOX
    strength = 1
    lifetime = 600
    nist = "recovery code only (4.2.1.2)"
    asks = TypedCode(right_code)
    registers = TypedAndTried(Text(LONGEST, "address"), read)
    weak = True
    channel = Channel.MAIL
    most = 2
    in_directory = True
    corrects = ContactField.MAIL

    def mask(self, secret: Secret) -> str:
        """As "a•••@h•••.example"."""
        local, _, domain = secret.reveal().partition("@")
        name, dot, top = as_read(domain).rpartition(".")
        return f"{local[:1]}•••@{name[:1]}•••{dot}{top}"

    def fits(self, person: Person, secret: Secret) -> None:
        """Not an address in the domain of the work mailbox or the sign-in name, or below it: it opens with the lost password."""
        work = [_domain(own.casefold()) for own in (person.mail, person.login) if own and "@" in own]
        if any(f".{_domain(secret.reveal())}".endswith(f".{domain}") for domain in work):
            raise Misstep("method.email.own_mailbox")

    def contacts(self, person: Person) -> Sequence[str | None]:
        """Private ones; the work mailbox isn't among them."""
        return person.contacts.mails


def in_ascii(domain: str) -> str:
    """With umlauts as `xn--`; what can't be one stays as it is."""
    try:
        return idna.encode(domain, uts46=True).decode() if domain else domain
    except idna.IDNAError:
        return domain


def as_read(domain: str) -> str:
    """Inverse, for its owner's eyes."""
    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain


def _domain(address: str) -> str:
    return in_ascii(address.rpartition("@")[2])
