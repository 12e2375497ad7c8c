"""A text message to a mobile number, with a code."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.directory.interfaces import ContactField, Person
from bot.identity.methods.method import NUMBER, Method
from bot.identity.methods.sent import right_code
from bot.identity.methods.shapes import TypedAndTried, TypedCode
from bot.identity.phone_numbers import described, in_e164
from bot.messaging.messenger import Channel
from bot.model.prompt import Text
from bot.platform.ids import Kind
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep


def read(typed: str, country: str) -> Secret:
    """Any format in, E.164 out; a number that can't get text messages is no good here."""
    number = in_e164(typed, country)
    known = described(number) if number else None  # by the rule that decides what is sent: nothing is registered in vain
    if number is None or known is None or not known.mobile:
        raise Misstep("method.sms.bad")
    return number


@dataclass(frozen=True)
class TextMessage(Method):
    """Its secret is the number in E.164."""

    kind = Kind("sms")
    group = NUMBER
    strength = 3
    lifetime = 300
    nist = "restricted: PSTN (3.2.9)"
    asks = TypedCode(right_code)
    registers = TypedAndTried(Text(254, "number"), read)
    weak = True
    ends_elsewhere = "2027-02-01"
    channel = Channel.TEXT
    most = 2  # Entra's registration capacity
    on_phone = True
    in_directory = True
    corrects = ContactField.MOBILE

    def mask(self, secret: Secret) -> str:
        """As "•••• 42"."""
        return f"•••• {secret.reveal()[-2:]}"

    def contacts(self, person: Person) -> Sequence[str | None]:
        """The mobile, or else whatever is called their phone."""
        return (person.contacts.mobile, person.contacts.phone)
