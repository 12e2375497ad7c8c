"""The company's identity provider, over OpenID Connect: authorization code with PKCE, and nothing of it kept."""

import hashlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

import jwt

from adapters.sign_in.http_client import fetch
from adapters.sign_in.id_tokens import attested, key_name, signing_keys
from bot.identity.methods.identity_provider import NotSignedIn, SignedInClaims, SignInFailure
from bot.identity.methods.oidc_state import OidcRequest
from bot.platform.clock import World
from bot.platform.egress import Egress
from bot.platform.secret import Secret

KEPT = 3600.0  # seconds that the provider's description and keys are believed
AGAIN = 60.0  # seconds between two looks for a key that isn't there
DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Client:
    """What we are to the provider. `secret` None: a public client, which PKCE alone protects."""

    issuer: str
    client_id: str
    secret: Secret | None
    redirect: str  # the address that the browser comes back to, registered there


@dataclass
class OpenIdProvider:
    """The port of bot/identity/methods/signing_in.py."""

    client: Client
    world: World
    egress: Egress = field(default_factory=Egress)
    _found: Mapping[str, str] = field(default_factory=dict)
    _found_at: float = 0.0
    _keys: list[jwt.PyJWK] = field(default_factory=list)
    _keys_at: float = 0.0

    async def way(self, request: OidcRequest) -> str:
        proof = urlsafe_b64encode(hashlib.sha256(request.verifier.reveal().encode()).digest()).rstrip(b"=").decode()
        wanted = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.client.redirect,
            "scope": "openid profile email",
            "state": request.state,
            "nonce": request.nonce,
            "code_challenge": proof,
            "code_challenge_method": "S256",
            "prompt": "login",  # afresh, whatever session the browser has there
            "max_age": "0",  # and auth_time has to say so
        }
        if request.acr:
            wanted["acr_values"] = " ".join(request.acr)
        there = urlsplit(await self._endpoint("authorization_endpoint"))
        return there._replace(query=urlencode([*parse_qsl(there.query), *wanted.items()])).geturl()

    async def attested(self, code: Secret, request: OidcRequest) -> SignedInClaims:
        token = await self._exchanged(code, request.verifier)
        key = await self._key(key_name(token))
        return attested(token, key, self.client.issuer, self.client.client_id, request.nonce, self.world.now())

    async def _exchanged(self, code: Secret, verifier: Secret) -> str:
        """The id_token for a code (RFC 6749 section 4.1.3)."""
        form = {
            "grant_type": "authorization_code",
            "code": code.reveal(),
            "redirect_uri": self.client.redirect,
            "code_verifier": verifier.reveal(),
        }
        if self.client.secret is None:
            form["client_id"] = self.client.client_id
        answer = await fetch(self.egress, await self._endpoint("token_endpoint"), form, self._authorization())
        token = answer.body.get("id_token")
        if not answer.well or not isinstance(token, str):
            raise NotSignedIn(SignInFailure.UNFIT, because=_error(answer.body))
        return token

    def _authorization(self) -> Mapping[str, str]:
        """client_secret_basic; both halves are form-encoded first (RFC 6749 section 2.3.1)."""
        if self.client.secret is None:
            return {}
        both = f"{quote_plus(self.client.client_id)}:{quote_plus(self.client.secret.reveal())}"
        return {"Authorization": f"Basic {b64encode(both.encode()).decode()}"}

    async def _endpoint(self, name: str) -> str:
        """From the discovery document, whose issuer has to be the configured one (OpenID Connect Discovery section 4.3)."""
        now = self.world.now()
        if now - self._found_at >= KEPT:
            answer = await fetch(self.egress, self.client.issuer.removesuffix("/") + DISCOVERY)
            if not answer.well or answer.body.get("issuer") != self.client.issuer:
                raise NotSignedIn(SignInFailure.UNFIT, because="issuer")
            self._found, self._found_at = {k: v for k, v in answer.body.items() if isinstance(v, str)}, now
        found = self._found.get(name, "")
        if urlsplit(found).scheme not in {"https", urlsplit(self.client.issuer).scheme} or not urlsplit(found).hostname:
            raise NotSignedIn(SignInFailure.UNFIT, because=name)
        return found

    async def _key(self, name: str | None) -> jwt.PyJWK:
        """A key that isn't there may be new: the provider is asked again, though not all the time."""
        now = self.world.now()
        if now - self._keys_at >= KEPT or (self._named(name) is None and now - self._keys_at >= AGAIN):
            answer = await fetch(self.egress, await self._endpoint("jwks_uri"))
            self._keys, self._keys_at = signing_keys(answer.body if answer.well else {}), now
        if (key := self._named(name)) is None:
            raise NotSignedIn(SignInFailure.UNFIT, because="kid")
        return key

    def _named(self, name: str | None) -> jwt.PyJWK | None:
        """A token without a key's name can only be of the only key."""
        found = [key for key in self._keys if name in (None, key.key_id)]
        return found[0] if len(found) == 1 else None


def _error(body: Mapping[str, object]) -> str:
    """The registered word for what was wrong (RFC 6749 section 5.2); anything else that was sent is repeated nowhere."""
    known = (
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    )
    return next((word for word in known if body.get("error") == word), "token_endpoint")
