"""The kinds of methods, by name: tests speak of each, which the product does nowhere but in its own file."""

from bot.identity.methods.access_pass import TemporaryAccessPass
from bot.identity.methods.approval import PhoneApproval
from bot.identity.methods.call import PhoneCall
from bot.identity.methods.email import PrivateMailbox
from bot.identity.methods.introduction import Introduction
from bot.identity.methods.passkey import Passkey
from bot.identity.methods.password import PasswordInForce
from bot.identity.methods.recovery import RecoverySheet
from bot.identity.methods.registry import METHODS, listable
from bot.identity.methods.security_questions import SecurityQuestions
from bot.identity.methods.sign_in import CompanySignIn
from bot.identity.methods.sms import TextMessage
from bot.identity.methods.totp import AuthenticatorApp

APPROVAL = PhoneApproval.kind
PASSKEY, TOTP, RECOVERY, SMS, EMAIL, SIGN_IN, PASSWORD = (
    Passkey.kind,
    AuthenticatorApp.kind,
    RecoverySheet.kind,
    TextMessage.kind,
    PrivateMailbox.kind,
    CompanySignIn.kind,
    PasswordInForce.kind,
)
QUESTIONS = SecurityQuestions.kind
INTRODUCED = Introduction.kind
ALL = tuple(kind for kind in METHODS if kind != INTRODUCED)  # which nobody is offered: an invitation leads there
LISTABLE = listable()
ALIKE = {
    PhoneApproval.kind,
    PhoneCall.kind,
    TemporaryAccessPass.kind,
    QUESTIONS,
}  # stand in the rules as an app, a text and a sheet do
UNALIKE = tuple(kind for kind in ALL if kind in LISTABLE - ALIKE)


def typed(at: str) -> bool:
    """Whether a prompt asks for what a method is answered with."""
    first, _, what = at.removesuffix(".known").partition(".")
    return first == "method" and what.endswith(".ask")
