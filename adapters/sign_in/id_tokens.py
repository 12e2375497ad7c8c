"""An id_token is believed when everything about it is as OpenID Connect Core section 3.1.3.7 wants it, and not before."""

import hmac
import math
from collections.abc import Mapping
from typing import Any

import jwt

from bot.identity.methods.identity_provider import FRESH, SKEW, NotSignedIn, SignedInClaims, SignInFailure

ALGORITHMS = ("RS256", "ES256")  # never "none", and never an HMAC by a key that everybody knows
REQUIRED = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce"]
FAULTS: tuple[tuple[type[jwt.PyJWTError], str], ...] = (
    (jwt.InvalidSignatureError, "signature"),
    (jwt.InvalidAudienceError, "aud"),
    (jwt.InvalidIssuerError, "iss"),
    (jwt.InvalidAlgorithmError, "alg"),
)


def signing_keys(found: Mapping[str, object]) -> list[jwt.PyJWK]:
    """Those of a JWKS that may sign tokens. Raises NotSignedIn when there is none."""
    try:
        keys = jwt.PyJWKSet.from_dict(dict(found)).keys
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        keys = []
    if not (usable := [k for k in keys if k.public_key_use in (None, "sig") and k.algorithm_name in ALGORITHMS]):
        raise NotSignedIn(SignInFailure.UNFIT, because="jwks_uri")
    return usable


def key_name(token: str) -> str | None:
    """Which key signed it, by its own word. Raises NotSignedIn for what is no token, or is signed in another way."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise NotSignedIn(SignInFailure.UNFIT, because="token") from None
    if header.get("alg") not in ALGORITHMS:
        raise NotSignedIn(SignInFailure.UNFIT, because="alg")
    name = header.get("kid")
    return name if isinstance(name, str) else None


def attested(token: str, key: jwt.PyJWK, issuer: str, client_id: str, nonce: str, now: float) -> SignedInClaims:
    """What the token vouches for. Raises NotSignedIn (UNFIT). Times are held to `now`, since the library has a clock of its own."""
    claims = _decoded(token, key, issuer, client_id)
    if claims.get("azp", client_id) != client_id or (
        isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and "azp" not in claims
    ):
        raise NotSignedIn(SignInFailure.UNFIT, because="azp")
    if not hmac.compare_digest(str(claims["nonce"]).encode(errors="replace"), nonce.encode()):
        raise NotSignedIn(SignInFailure.UNFIT, because="nonce")
    if _moment(claims, "exp") + SKEW <= now:
        raise NotSignedIn(SignInFailure.UNFIT, because="exp")
    if not -SKEW <= now - _moment(claims, "iat") <= FRESH or _moment(claims, "nbf", 0.0) > now + SKEW:
        raise NotSignedIn(SignInFailure.UNFIT, because="iat")
    return SignedInClaims(claims, _moment(claims, "auth_time"))


def _decoded(token: str, key: jwt.PyJWK, issuer: str, client_id: str) -> dict[str, Any]:
    ours = {"require": REQUIRED, "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    try:
        return jwt.decode(token, key, list(ALGORITHMS), ours, audience=client_id, issuer=issuer)  # type: ignore[arg-type]  # a TypedDict there
    except jwt.MissingRequiredClaimError as missing:
        raise NotSignedIn(SignInFailure.UNFIT, because=missing.claim) from None
    except jwt.PyJWTError as wrong:
        because = next((name for kind, name in FAULTS if isinstance(wrong, kind)), "token")
        raise NotSignedIn(SignInFailure.UNFIT, because=because) from None


def _moment(claims: Mapping[str, Any], name: str, otherwise: float | None = None) -> float:
    """A time that the token names, in seconds since the epoch."""
    value = claims.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NotSignedIn(SignInFailure.UNFIT, because=name)
    return float(value)
