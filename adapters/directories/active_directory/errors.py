"""What a domain controller's no means, by the hexadecimal code that begins its text: the words after it differ between versions."""

import re

from adapters.directories.ldap.connection import GONE, INVALID_CREDENTIALS, SUCCESS, BindAnswer
from adapters.directories.ldap.errors import LdapRefused, SilenceReason, Silent
from bot.directory.interfaces import DirectoryRules, Rejected, SignIn
from bot.platform.sentences import args

CONSTRAINT, NO_RIGHTS = 19, 50  # RFC 4511 appendix A: what is left where there is no code
RESTRICTION, NO_OBJECT, ACCESS, DENIED = 0x52D, 0x2030, 0x5, {0x5, 0x2098}  # MS-ERREF 2.2
CODE = re.compile(r"\s*([0-9A-Fa-f]{8}):")
DATA = re.compile(r"\bdata ([0-9a-f]+)\b")
SILENCES = {
    SilenceReason.NETWORK: "No domain controller answers.",
    SilenceReason.CERTIFICATE: "The domain controller's certificate isn't one that ca_file vouches for, or has another name.",
    SilenceReason.ACCOUNT: "The service account isn't let in.",
}
SAYS = {  # MS-ERREF 2.2, as `data` of a bind that failed; all but 525 and 52e tell that the password was right, save 775
    "525": SignIn.WRONG,
    "52e": SignIn.WRONG,
    "530": SignIn.RIGHT,  # not at this hour
    "531": SignIn.RIGHT,  # not from this machine
    "532": SignIn.EXPIRED,
    "533": SignIn.DISABLED,
    "701": SignIn.DISABLED,  # the account has run out
    "773": SignIn.MUST_CHANGE,
    "775": SignIn.LOCKED,
}


def refusal(no: LdapRefused, rules: DirectoryRules) -> Rejected:
    """`rules`: those that the password was held to before it was sent, so what they show can't be the reason."""
    begun = CODE.match(no.text)
    code = int(begun[1], 16) if begun else None
    if code == RESTRICTION or (
        no.code == CONSTRAINT and code in {None, ACCESS}
    ):  # "denied", of what breaks a rule: of the password
        return Rejected("password.history", args(count=rules.history)) if rules.history else Rejected("password.quality")
    if code == NO_OBJECT or no.code == GONE:
        return Rejected("people.gone")
    if code in DENIED or no.code == NO_RIGHTS:
        return Rejected("directory.no_rights")
    return Rejected("directory.refused")


def answer(welcome: BindAnswer) -> SignIn:
    """To a name and a password. Raises Silent when it is neither yes nor no."""
    if welcome.code == SUCCESS:
        return SignIn.RIGHT
    data = DATA.search(welcome.text)
    if welcome.code == INVALID_CREDENTIALS and data and (said := SAYS.get(data[1])):
        return said
    raise Silent(text=f"the bind was answered with {welcome.code}")
