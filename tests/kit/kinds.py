"""The kinds of methods, by name: tests speak of each, which the product does nowhere but in its own file."""

from bot.identity.methods.email import Email
from bot.identity.methods.password import Password
from bot.identity.methods.recovery import Recovery
from bot.identity.methods.registry import METHODS, listable
from bot.identity.methods.sign_in import SignIn
from bot.identity.methods.sms import Sms
from bot.identity.methods.totp import Totp

TOTP, RECOVERY, SMS, EMAIL, SIGN_IN, PASSWORD = Totp.kind, Recovery.kind, Sms.kind, Email.kind, SignIn.kind, Password.kind
ALL = tuple(METHODS)
LISTABLE = listable()
