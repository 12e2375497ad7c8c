"""The methods that there are, in the order in which they are offered to be registered. A new one is a file, and a line here."""

from collections.abc import Collection

from bot.identity.methods.access_pass import TemporaryAccessPass
from bot.identity.methods.approval import PhoneApproval
from bot.identity.methods.call import PhoneCall
from bot.identity.methods.email import PrivateMailbox
from bot.identity.methods.introduction import Introduction
from bot.identity.methods.method import DependenceGroup, Method
from bot.identity.methods.passkey import Passkey
from bot.identity.methods.password import PasswordInForce
from bot.identity.methods.recovery import RecoverySheet
from bot.identity.methods.security_questions import SecurityQuestions
from bot.identity.methods.shapes import (
    AnsweredOnPage,
    MadeByBrowser,
    MadeElsewhere,
    MetElsewhere,
    Minted,
    SignedOnPage,
    TypedAndTried,
    TypedCode,
    TypedOnPage,
    WrittenOnPage,
)
from bot.identity.methods.sign_in import CompanySignIn
from bot.identity.methods.sms import TextMessage
from bot.identity.methods.tools import Means
from bot.identity.methods.totp import AuthenticatorApp
from bot.model import codec
from bot.model.prompt import Code, Password, SeveralAnswers, Signature, Text
from bot.platform.ids import ChallengeId, Kind

ALL: tuple[Method, ...] = (
    Passkey(),
    AuthenticatorApp(),  # before what else is of its group: a new phone begins with it
    PhoneApproval(),
    RecoverySheet(),
    TextMessage(),
    PhoneCall(),
    PrivateMailbox(),
    SecurityQuestions(),
    TemporaryAccessPass(),
    CompanySignIn(),
    PasswordInForce(),
    Introduction(),
)
METHODS: dict[Kind, Method] = {method.kind: method for method in ALL}
codec.CLOSED[Kind] = METHODS  # a row with a kind that only a newer replica knows is left alone


def carried(means: Means) -> frozenset[Kind]:
    """What this house can offer."""
    return frozenset(kind for kind, method in METHODS.items() if method.carried(means))


def listable() -> frozenset[Kind]:
    """What a policy may list as available."""
    return frozenset(kind for kind, method in METHODS.items() if not method.unregistered)


def sent() -> tuple[Kind, ...]:
    """Those whose code is sent."""
    return tuple(kind for kind, method in METHODS.items() if method.channel)


def strengths() -> dict[Kind, int]:
    """The stronger, the higher."""
    return {kind: method.strength for kind, method in METHODS.items()}


def minted() -> tuple[Kind, ...]:
    """What a right of the helpdesk's makes."""
    return tuple(kind for kind, method in METHODS.items() if isinstance(method.registers, Minted))


def lasting() -> tuple[Kind, ...]:
    """What an account has until somebody takes it off."""
    return tuple(kind for kind, method in METHODS.items() if not method.temporary)


def by_colleague() -> Kind:
    """What an invitation is answered by."""
    return next(kind for kind, method in METHODS.items() if method.by_colleague)


def no_authenticators() -> tuple[Kind, ...]:
    """What NIST rules out."""
    return tuple(kind for kind, method in METHODS.items() if method.no_authenticator)


def ending_elsewhere() -> tuple[Kind, ...]:
    """What another vendor of self-service takes away."""
    return tuple(kind for kind, method in METHODS.items() if method.ends_elsewhere)


def on_phone() -> tuple[Kind, ...]:
    """What is gone with a phone."""
    return tuple(kind for kind, method in METHODS.items() if method.on_phone)


def maybe_on_phone() -> tuple[Kind, ...]:
    """What is gone with a phone if its owner says so."""
    return tuple(kind for kind, method in METHODS.items() if method.maybe_on_phone)


def of_group(group: DependenceGroup) -> tuple[Kind, ...]:
    """What falls together, in the order of the registry."""
    return tuple(kind for kind, method in METHODS.items() if method.group == group)


def code_of(kind: Kind) -> Code:
    """What is typed for it."""
    shape = METHODS[kind].asks
    return shape.field if isinstance(shape, TypedCode) else Code()


def on_page(kind: Kind, challenge: ChallengeId) -> Password | Signature | SeveralAnswers | None:
    """What is given on the page alone, whatever the policy says of codes. None: a code."""
    match METHODS[kind].asks:
        case SignedOnPage():
            return Signature(challenge)
        case AnsweredOnPage():
            return SeveralAnswers(challenge)
        case TypedOnPage(field=field):
            return field
        case _:
            return None


def on_page_alone() -> tuple[Kind, ...]:
    """What is given nowhere else, or by what is shown nowhere else."""
    shapes = {kind: method.asks for kind, method in METHODS.items()}
    shown = [kind for kind, shape in shapes.items() if isinstance(shape, MetElsewhere) and shape.number]
    return tuple(kind for kind in METHODS if on_page(kind, ChallengeId("")) or kind in shown)


def tried_with(kind: Kind, challenge: ChallengeId) -> Code | Signature | SeveralAnswers:
    """What a new one is tried with."""
    match METHODS[kind].registers:
        case MadeByBrowser() | MadeElsewhere():
            return Signature(challenge, new=True)
        case WrittenOnPage():
            return SeveralAnswers(challenge, new=True)
        case _:
            return code_of(kind)


def has_code(kind: Kind) -> bool:
    """Whether it is answered by a code that its owner has or gets, so that they may ask where it is."""
    return isinstance(METHODS[kind].asks, TypedCode)


def address_of(kind: Kind) -> Text:
    """What its address is typed as."""
    shape = METHODS[kind].registers
    return shape.field if isinstance(shape, TypedAndTried) else Text()


def groups(kinds: Collection[Kind]) -> int:
    """How many methods these are worth, where "two methods" is what is asked for."""
    proved = [METHODS[kind] for kind in kinds]
    return len({method.group for method in proved}) + any(method.counts_as_two for method in proved)
