"""A request is believed when everything about its token is as the Bot Framework wants it, and not before."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt

from adapters.http.refusals import RequestRefused
from adapters.teams.activities import ReceivedActivity
from adapters.teams.endpoints import Endpoints
from adapters.teams.signing_keys import ALGORITHM, ISSUER, NoKeys, SigningKey, SigningKeys
from bot.platform.clock import World

CHANNEL = "msteams"
SKEW = 300.0  # seconds that clocks may differ (Microsoft, "Authenticate requests from the Bot Connector service")
LONGEST = 4096  # characters of a token; theirs have about 1200
OURS = {"require": ["exp", "iss", "aud"], "verify_exp": False, "verify_nbf": False, "verify_iat": False}


@dataclass(frozen=True, slots=True)
class VerifiedCaller:
    """Whose signature stands under what was sent."""

    service_url: str
    key: SigningKey


@dataclass(frozen=True)
class RequestVerifier:
    """By the token that comes with a request. Fails closed: whoever can't be checked is nobody."""

    app_id: str
    tenant: str
    signing_keys: SigningKeys
    endpoints: Endpoints
    world: World

    async def verified_caller(self, headers: Sequence[str]) -> VerifiedCaller:
        """By the request's Authorization alone. Raises RequestRefused: 401, or 503 while the Bot Framework's keys can't be had."""
        token = _bearer(headers)
        try:
            key = await self.signing_keys.key(_key_name(token))
        except NoKeys:
            raise RequestRefused(503, "keys") from None
        if key is None:
            raise RequestRefused(401, "kid")
        claims = self._claims(token, key)
        return VerifiedCaller(str(claims.get("serviceurl") or ""), key)

    def demand_fit(self, caller: VerifiedCaller, activity: ReceivedActivity) -> None:
        """Whether this activity may come with that token. Raises RequestRefused: 403."""
        if not caller.service_url or caller.service_url.rstrip("/") != activity.service_url.rstrip("/"):
            raise RequestRefused(403, "serviceurl")
        if not self.endpoints.allowed(activity.service_url):
            raise RequestRefused(403, "host")
        if activity.channel != CHANNEL or CHANNEL not in caller.key.endorsements:
            raise RequestRefused(403, "endorsement")
        if activity.tenants != {self.tenant}:  # the token names none, so the signed activity has to
            raise RequestRefused(403, "tenant")

    def _claims(self, token: str, key: SigningKey) -> Mapping[str, Any]:
        """Times are held to our clock, since the library has one of its own."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                [ALGORITHM],
                OURS,  # type: ignore[arg-type]  # a TypedDict there
                audience=self.app_id,
                issuer=ISSUER,
            )
        except (jwt.PyJWTError, ValueError, TypeError) as wrong:
            raise RequestRefused(401, type(wrong).__name__) from None
        now = self.world.now()
        if _moment(claims, "exp") + SKEW <= now:
            raise RequestRefused(401, "exp")
        if "nbf" in claims and _moment(claims, "nbf") - SKEW > now:
            raise RequestRefused(401, "nbf")
        return claims


def _bearer(headers: Sequence[str]) -> str:
    kind, _, token = headers[0].partition(" ") if len(headers) == 1 else ("", "", "")
    if kind.lower() != "bearer" or not token.isascii() or not 0 < len(token) <= LONGEST:
        raise RequestRefused(401, "no token")
    return token


def _key_name(token: str) -> str:
    """By its own word, which is believed about nothing else."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise RequestRefused(401, "token") from None
    name = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(name, str):
        raise RequestRefused(401, "alg")
    return name


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RequestRefused(401, name)
    return float(value)
