"""What Twilio's error codes mean: what the person should do, what the admin should do, and whether to try again."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class TwilioError:
    """`person` is the sentence for whoever waits for the code, `alarm` the audit tag for what an admin has to mend, if anything."""

    person: str
    alarm: str = ""
    again: bool = False  # the same message may get through in a while


NUMBER = TwilioError("undelivered.number")
PHONE = TwilioError("undelivered.phone")
STOPPED = TwilioError("undelivered.stopped")
BUSY = TwilioError("undelivered.closed", again=True)
ACCOUNT = TwilioError("undelivered.closed", "messages:sms:account")
SENDER = TwilioError("undelivered.closed", "messages:sms:sender")
CLOSED_COUNTRY = TwilioError("undelivered.closed", "messages:sms:closed_country")
FILTERED = TwilioError("undelivered.closed", "messages:sms:filtered")
FRAUD = TwilioError("undelivered.closed", "messages:sms:fraud")
OTHER = TwilioError("undelivered.closed", "messages:sms:other")

# https://www.twilio.com/docs/api/errors. Twilio keeps splitting codes, so what isn't here goes by its HTTP state.
MEANINGS = MappingProxyType(
    {
        20003: ACCOUNT,  # the key or its secret is wrong, or may not send
        20005: ACCOUNT,  # the account isn't active
        20404: ACCOUNT,  # there is no such account
        20429: BUSY,
        14107: BUSY,  # the sender's rate
        21211: NUMBER,  # "To" is no number
        21217: NUMBER,
        21408: CLOSED_COUNTRY,  # geo permissions; what changes there counts at once
        21603: SENDER,  # "From" is missing
        21606: SENDER,  # "From" can't send texts, or not there
        21608: ACCOUNT,  # a trial account texts verified numbers only
        21610: STOPPED,
        21611: BUSY,  # the sender's queue is full
        21612: SENDER,  # no way from this sender to this number
        21614: NUMBER,  # not a mobile
        21635: NUMBER,  # a landline
        21659: SENDER,  # "From" isn't Twilio's
        21660: SENDER,  # "From" is another account's
        21703: SENDER,  # the messaging service has no number
        21705: SENDER,  # there is no such messaging service
        30001: PHONE,  # the queue ran over
        30002: ACCOUNT,  # suspended
        30003: PHONE,  # unreachable: off, or without reception
        30004: PHONE,  # blocked on its way
        30005: NUMBER,  # unknown to its network
        30006: NUMBER,  # a landline, or a network that can't be reached
        30007: FILTERED,
        30008: PHONE,  # no reason given
        30032: FILTERED,  # a toll-free number that isn't verified
        30034: FILTERED,  # a US number that isn't registered
        30036: PHONE,  # it waited longer than the code is good for
        30450: FRAUD,  # SMS pumping protection
        63038: ACCOUNT,  # the account's own daily limit
    }
)
FIRST_FAULT, TOO_MANY = 500, 429
REFUSED = frozenset({401, 403})


def of_refusal(status: int, code: int) -> TwilioError:
    """What an error in Twilio's answer to a message means."""
    if status >= FIRST_FAULT or status == TOO_MANY:
        return BUSY
    return MEANINGS.get(code, ACCOUNT if status in REFUSED else OTHER)


def of_delivery(code: int) -> TwilioError:
    """Of what became of a message that had been taken; 0: no code came with it."""
    return MEANINGS.get(code, PHONE)
