"""What the server says no to, in sentences that a person can act on."""

import math

from adapters.directories.ldap.connection import SUCCESS, BindAnswer
from adapters.directories.ldap.errors import LdapRefused, SilenceReason
from adapters.directories.openldap.controls import PolicyResponse, policy_response
from bot.directory.interfaces import DirectoryRules, Rejected, SignIn, State
from bot.platform.sentences import args

CONSTRAINT, WRONG_SYNTAX, NO_RIGHT = 19, 21, 50  # RFC 4511 appendix A
MINUTE = 60.0
SILENCES = {
    SilenceReason.NETWORK: "No server answers.",
    SilenceReason.CERTIFICATE: "The server's certificate isn't one that ca_file vouches for, or has another name.",
    SilenceReason.ACCOUNT: "The service account isn't let in.",
}


def refusal(no: LdapRefused, rules: DirectoryRules, now: float) -> Rejected:
    """Nothing was changed. An account that we have no right to is one that the directory protects from us."""
    match policy_response(no.controls):
        case PolicyResponse.TOO_SHORT:
            return Rejected("password.min_length", args(least=rules.min_length))
        case PolicyResponse.TOO_LONG:
            return Rejected("password.max_length", args(most=rules.max_length))
        case PolicyResponse.IN_HISTORY:
            return Rejected("password.history", args(count=rules.history))
        case PolicyResponse.TOO_YOUNG:
            return Rejected("password.too_young", args(minutes=max(1, math.ceil((rules.may_change_at - now) / MINUTE))))
        case PolicyResponse.QUALITY:
            return Rejected("password.quality")
        case _:
            return Rejected("directory.protected" if no.code == NO_RIGHT else "directory.refused")


def answer(welcome: BindAnswer, state: State) -> SignIn:
    """Of a bind. Whether a lock is told depends on `ppolicy_use_lockout`, so how the account stands is asked as well.

    OpenLDAP doesn't look at the password of a locked account, so "disabled" is said to a wrong one, too.
    """
    told = policy_response(welcome.controls)
    if welcome.code == SUCCESS:
        return SignIn.MUST_CHANGE if told is PolicyResponse.MUST_CHANGE else SignIn.RIGHT
    if told is PolicyResponse.EXPIRED:
        return SignIn.EXPIRED
    if state.disabled:
        return SignIn.DISABLED
    return SignIn.LOCKED if told is PolicyResponse.LOCKED or state.locked else SignIn.WRONG
