"""What the server says no to, in sentences that a person can act on."""

import math

from adapters.directories.ldap.connection import SUCCESS, Refused, Welcome
from adapters.directories.openldap.controls import Said, said
from bot.directory.interfaces import Rejected, Rules, SignIn, State
from bot.platform.sentences import args

CONSTRAINT, WRONG_SYNTAX, NO_RIGHT = 19, 21, 50  # RFC 4511 appendix A
MINUTE = 60.0


def refusal(no: Refused, rules: Rules, now: float) -> Rejected:
    """Nothing was changed. An account that we have no right to is one that the directory protects from us."""
    match said(no.controls):
        case Said.TOO_SHORT:
            return Rejected("password.min_length", args(least=rules.min_length))
        case Said.TOO_LONG:
            return Rejected("password.max_length", args(most=rules.max_length))
        case Said.IN_HISTORY:
            return Rejected("password.history", args(count=rules.history))
        case Said.TOO_YOUNG:
            return Rejected("password.too_young", args(minutes=max(1, math.ceil((rules.may_change_at - now) / MINUTE))))
        case Said.QUALITY:
            return Rejected("password.quality")
        case _:
            return Rejected("directory.protected" if no.code == NO_RIGHT else "directory.refused")


def answer(welcome: Welcome, state: State) -> SignIn:
    """Of a bind. Whether a lock is told depends on `ppolicy_use_lockout`, so how the account stands is asked as well.

    OpenLDAP doesn't look at the password of a locked account, so "disabled" is said to a wrong one, too.
    """
    told = said(welcome.controls)
    if welcome.code == SUCCESS:
        return SignIn.MUST_CHANGE if told is Said.MUST_CHANGE else SignIn.RIGHT
    if told is Said.EXPIRED:
        return SignIn.EXPIRED
    if state.disabled:
        return SignIn.DISABLED
    return SignIn.LOCKED if told is Said.LOCKED or state.locked else SignIn.WRONG
