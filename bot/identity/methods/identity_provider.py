"""The company's identity provider as the core sees it: what is asked of it, what it answers, and whose account its word is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.directory.asking import asked
from bot.directory.interfaces import Directory
from bot.identity.methods.oidc_state import OidcRequest
from bot.platform.ids import SubjectId, directory_of
from bot.platform.secret import Secret
from bot.platform.sentences import args

FRESH = 600.0  # seconds since the person typed something at the provider; an older sign-in may be a stolen one
SKEW = 60.0  # seconds that the provider's clock may be ahead of ours
# Claims that hold a name, looked up in the directory; any other holds the id that the directory never gives to anybody else.
NAMES = frozenset({"preferred_username", "upn", "email"})


class SignInFailure(StrEnum):
    """Why nobody is signed in; the page has a sentence for each."""

    OVER = "over"  # nothing waits for it (any more)
    FORGED = "forged"  # another browser's, or another question's
    DENIED = "denied"  # the provider, or the person there, said no
    AWAY = "away"  # provider or directory doesn't answer
    UNFIT = "unfit"  # the provider's word can't be relied on
    STALE = "stale"  # signed in too long ago
    WRONG_ACCOUNT = "wrong_account"
    TOO_MANY = "too_many"
    ONE_FACTOR = "one_factor"  # no second one, or the provider doesn't say so
    NO_KEY = "no_key"  # nobody's, or not signed as it has to be
    NOT_ADMIN = "not_admin"  # an account without the role that the page is for
    NO_ACCOUNT = "no_account"  # no account here, or one that is switched off


class NotSignedIn(Exception):  # noqa: N818 - an answer, not a fault
    """`detail` is for the audit: names of rules and ids, never anything that the provider sent."""

    def __init__(self, why: SignInFailure, **detail: object) -> None:
        super().__init__(why)
        self.why, self.detail = why, args(**detail)


@dataclass(frozen=True, slots=True)
class Came:
    """What a browser brings back from the provider. `code` None: the provider said no."""

    state: str
    code: Secret | None


@dataclass(frozen=True, slots=True)
class SignedInClaims:
    """What the provider vouches for; `at`: when the person signed in, in seconds since the epoch."""

    claims: Mapping[str, object]
    at: float


class Provider(Protocol):
    """An identity provider that speaks OpenID Connect. Both methods raise NotSignedIn, AWAY or UNFIT."""

    async def way(self, request: OidcRequest) -> str:
        """Where the browser goes to sign in afresh."""

    async def attested(self, code: Secret, request: OidcRequest) -> SignedInClaims:
        """The code exchanged, once; signature, issuer, audience, times and nonce of what came for it are checked."""


@dataclass(frozen=True)
class Claimed:
    """Whose account the provider's word is about: `claim` names what is compared, `named` the directory, if there are several."""

    directories: Mapping[str, Directory]
    named: str
    claim: str

    async def subject(self, claims: Mapping[str, object]) -> SubjectId | None:
        """None: nobody's. An address counts only when the provider has verified it. Raises Misstep when the directory is silent."""
        value, name = claims.get(self.claim), self.named or next(iter(self.directories))
        if not isinstance(value, str) or not value or (self.claim == "email" and claims.get("email_verified") is not True):
            return None
        if self.claim in NAMES:
            person = await asked(self.directories[name].find(value))
        else:
            person = await asked(self.directories[name].person(SubjectId(f"{name}:{value}")))
        return person.subject if person and directory_of(person.subject) == name else None


async def attested_now(provider: Provider, requests: Iterable[OidcRequest], came: Came, now: float) -> SignedInClaims:
    """What the provider says of whoever comes back by one of these ways, if they signed in a moment ago. Raises NotSignedIn."""
    request = next((each for each in requests if each.began(came.state)), None)
    if request is None:
        raise NotSignedIn(SignInFailure.FORGED)
    if came.code is None:
        raise NotSignedIn(SignInFailure.DENIED)
    attested = await provider.attested(came.code, request)
    if not -SKEW <= now - attested.at <= FRESH:
        raise NotSignedIn(SignInFailure.STALE)
    return attested
