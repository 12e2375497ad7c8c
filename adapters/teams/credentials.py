"""What we show to Microsoft: a token for our own app in our own tenant, asked for once and kept until it runs out."""

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import jwt
import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from adapters.teams.endpoints import Endpoints
from adapters.teams.http_client import HttpAnswer, HttpClient, Unanswered
from bot.platform.clock import World
from bot.platform.job_outbox import NotNow
from bot.platform.secret import Secret
from bot.settings.chats import TeamsSection

CONNECTOR, GRAPH = "https://api.botframework.com", "https://graph.microsoft.com"  # what a token is for
MACHINE = "/metadata/identity/oauth2/token"  # Azure Instance Metadata Service
UNAUTHORISED = 401
PAUSE = 30.0  # seconds until who refuses us, or isn't there, is asked again
EARLY = 300.0  # seconds before its end in which a token is renewed
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"  # RFC 7523 section 2.2
GOOD_FOR = 300  # seconds that an assertion is good for
ALGORITHM = "PS256"  # Microsoft identity platform, "Certificate credentials"
WRONG = frozenset({"invalid_client", "unauthorized_client", "invalid_scope", "invalid_request", "invalid_resource"})
log = structlog.get_logger()


class NotTaken(NotNow):
    """Microsoft refuses what we are known by; somebody has to mend that, and until then nothing can be said."""

    def __init__(self, why: str) -> None:
        super().__init__(PAUSE)
        self.why = why


@dataclass
class Credentials:
    """A client secret, a PEM file's certificate with its key, or, with neither, the identity of the machine that this runs on."""

    app_id: str
    tenant: str
    http: HttpClient
    endpoints: Endpoints
    world: World
    secret: Secret | None = None
    certificate: Secret | None = None
    resource: str = CONNECTOR
    _token: Secret | None = None
    _until: float = 0.0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def token(self) -> Secret:
        """Raises NotNow; NotTaken when it is our fault."""
        async with self._lock:
            if self._token is None or self.world.now() >= self._until:
                await self._renew()
            return self._token or Secret("")

    async def call(self, method: str, url: str, said: Mapping[str, Any] | None = None) -> HttpAnswer:
        """With the token; one that isn't taken any more is renewed, once. Raises Unanswered, and as `token` does."""
        answer = await self._once(method, url, said)
        if answer.status == UNAUTHORISED:
            self._until = 0.0
            answer = await self._once(method, url, said)
        return answer

    async def _once(self, method: str, url: str, said: Mapping[str, Any] | None) -> HttpAnswer:
        token = await self.token()
        return await self.http.call(method, url, headers={"Authorization": f"Bearer {token.reveal()}"}, said=said)

    async def _renew(self) -> None:
        try:
            answer = await (self._asked() if self.secret or self.certificate else self._asked_machine())
        except Unanswered:
            raise NotNow(PAUSE) from None
        token, lasts = answer.body.get("access_token"), answer.body.get("expires_in")
        if answer.well and isinstance(token, str) and token:
            seconds = float(str(lasts)) if str(lasts).isdecimal() else 2 * EARLY  # a machine's comes as text
            self._token, self._until = Secret(token), self.world.now() + max(seconds - EARLY, 0.0)
            return
        if answer.body.get("error") in WRONG:
            log.error("teams.credentials_refused", why=answer.body["error"])
            raise NotTaken(str(answer.body["error"]))
        raise NotNow(answer.retry_after)

    async def _asked(self) -> HttpAnswer:
        where = f"{self.endpoints.login}/{self.tenant}/oauth2/v2.0/token"
        form = {
            "grant_type": "client_credentials",
            "client_id": self.app_id,
            "scope": f"{self.resource}/.default",
            **self._proof(where),
        }
        return await self.http.call("POST", where, form=form)

    async def _asked_machine(self) -> HttpAnswer:
        asked = urlencode({"api-version": "2018-02-01", "resource": self.resource, "client_id": self.app_id})
        return await self.http.call("GET", f"{self.endpoints.identity}{MACHINE}?{asked}", headers={"Metadata": "true"})

    def _proof(self, where: str) -> Mapping[str, str]:
        if self.certificate is None:
            return {"client_secret": (self.secret or Secret("")).reveal()}
        try:
            return {"client_assertion_type": ASSERTION, "client_assertion": self._assertion(self.certificate, where)}
        except (ValueError, TypeError, jwt.PyJWTError):
            log.error("teams.certificate_unusable")  # noqa: TRY400 - a trace of it would be about a private key
            raise NotTaken("certificate") from None

    def _assertion(self, pem: Secret, where: str) -> str:
        both = pem.reveal().encode()
        key, of = load_pem_private_key(both, None), x509.load_pem_x509_certificate(both)
        thumb = urlsafe_b64encode(hashlib.sha256(of.public_bytes(Encoding.DER)).digest()).rstrip(b"=").decode()
        now = int(self.world.now())
        claims = {
            "aud": where,
            "iss": self.app_id,
            "sub": self.app_id,
            "jti": self.world.bytes(16).hex(),
            "nbf": now,
            "exp": now + GOOD_FOR,
        }
        return jwt.encode(claims, key, ALGORITHM, headers={"x5t#S256": thumb})  # type: ignore[arg-type]  # any RSA key; others raise


def credentials_of(
    section: TeamsSection, http: HttpClient, endpoints: Endpoints, world: World, resource: str = CONNECTOR
) -> Credentials:
    """What the settings say that our app is known by; `resource`: what it is to be shown to."""
    ours = (section.client_secret, section.certificate)
    return Credentials(section.app_id, section.tenant_id, http, endpoints, world, *ours, resource)
