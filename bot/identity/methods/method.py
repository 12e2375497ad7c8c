"""What each method is, so that rules can speak of all methods alike."""

from dataclasses import dataclass
from enum import StrEnum

from bot.platform.ids import Kind


class DependenceGroup(StrEnum):
    """Methods that fall together fall together: "two methods" means two groups."""

    APP = "app"
    NUMBER = "number"
    MAILBOX = "mailbox"
    MEMORY = "memory"
    SHEET = "sheet"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Method:
    """One kind of method. `lifetime`: seconds in which an asked-for code may be typed."""

    kind: Kind
    group: DependenceGroup
    strength: int  # for the order in which methods are offered; higher is stronger
    weak: bool  # doesn't reset alone unless the policy names the risk; never serves an admin
    sent: bool  # a code is sent somewhere, so sends are limited too
    lifetime: float
    nist: str  # standing in NIST SP 800-63B-4


METHODS = {
    m.kind: m
    for m in (
        Method(Kind.TOTP, DependenceGroup.APP, 5, weak=False, sent=False, lifetime=600, nist="single-factor OTP (3.1.4)"),
        Method(
            Kind.RECOVERY, DependenceGroup.SHEET, 4, weak=False, sent=False, lifetime=600, nist="saved recovery code (4.2.1.1)"
        ),
        Method(Kind.SMS, DependenceGroup.NUMBER, 3, weak=True, sent=True, lifetime=300, nist="restricted: PSTN (3.2.9)"),
        Method(Kind.EMAIL, DependenceGroup.MAILBOX, 1, weak=True, sent=True, lifetime=600, nist="recovery code only (4.2.1.2)"),
        # Its question lives as long as its conversation: at the provider people search for their phones.
        Method(Kind.SIGN_IN, DependenceGroup.COMPANY, 2, weak=False, sent=False, lifetime=900, nist="federation (SP 800-63C-4)"),
        Method(Kind.PASSWORD, DependenceGroup.MEMORY, 0, weak=False, sent=False, lifetime=600, nist="password (3.1.1)"),
    )
}
