"""What each method is, so that rules can speak of all methods alike."""

from dataclasses import dataclass
from enum import StrEnum

from bot.ids import Kind


class Group(StrEnum):
    """Methods that fall together fall together: "two methods" means two groups."""

    APP = "app"
    NUMBER = "number"
    MAILBOX = "mailbox"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Method:
    """One kind of method. `lifetime`: seconds in which an asked-for code may be typed."""

    kind: Kind
    group: Group
    strength: int  # for the order in which methods are offered; higher is stronger
    weak: bool  # doesn't reset alone unless the policy names the risk; never serves an admin
    sent: bool  # a code is sent somewhere, so sends are limited too
    lifetime: float
    nist: str  # standing in NIST SP 800-63B-4


METHODS = {
    m.kind: m
    for m in (
        Method(Kind.TOTP, Group.APP, 3, weak=False, sent=False, lifetime=600, nist="single-factor OTP (3.1.4)"),
        Method(Kind.SMS, Group.NUMBER, 2, weak=True, sent=True, lifetime=300, nist="restricted: PSTN (3.2.9)"),
        Method(Kind.EMAIL, Group.MAILBOX, 1, weak=True, sent=True, lifetime=600, nist="recovery code only (4.2.1.2)"),
        Method(Kind.PASSWORD, Group.MEMORY, 0, weak=False, sent=False, lifetime=600, nist="password (3.1.1)"),
    )
}
