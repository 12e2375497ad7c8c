"""The stand-in's token endpoint: who the application is has to be proved by its secret, its certificate, or its machine."""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

import jwt
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.kit.graph.certificates import certificates
from tests.kit.graph.tenant import CLIENT, TENANT, Tenant

LIFETIME = 3599
KEY = "the stand-in's own, since nobody but itself reads its tokens"


@dataclass
class Signing:
    """`issued`: every token that is in force."""

    tenant: Tenant
    origin: str = ""
    issued: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # how the application proved who it is

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"/{TENANT}/v2.0/.well-known/openid-configuration", self._description),
            web.post(f"/{TENANT}/oauth2/v2.0/token", self._token),
            web.get("/metadata/identity/oauth2/token", self._machine),
        ]

    async def _description(self, _request: web.Request) -> web.Response:
        at = f"{self.origin}/{TENANT}"
        return web.json_response(
            {
                "issuer": f"{at}/v2.0",
                "authorization_endpoint": f"{at}/oauth2/v2.0/authorize",
                "token_endpoint": f"{at}/oauth2/v2.0/token",
            }
        )

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        wanted = (form.get("grant_type"), form.get("client_id"), form.get("scope"))
        if wanted != ("client_credentials", CLIENT, f"{self.origin}/.default"):
            return refusal("unauthorized_client", 700016, "Application was not found in the directory.")
        if not self._proved(form):
            return refusal("invalid_client", 7000215, "Invalid client secret provided.")
        return web.json_response({"token_type": "Bearer", "expires_in": LIFETIME, "access_token": self.token()})

    async def _machine(self, request: web.Request) -> web.Response:
        """The Azure Instance Metadata Service."""
        right = request.headers.get("Metadata") == "true" and request.query["resource"] == self.origin
        if not right or request.query.get("client_id") != CLIENT:
            return web.json_response({"error": "invalid_request", "error_description": "Identity not found"}, status=400)
        self.asked.append("machine")
        return web.json_response({"access_token": self.token(), "expires_in": str(LIFETIME), "token_type": "Bearer"})

    def token(self) -> str:
        claims = {"aud": self.origin, "appid": CLIENT, "roles": list(self.tenant.permissions), "jti": str(len(self.issued))}
        self.issued.append(jwt.encode(claims, KEY, "HS256"))
        return self.issued[-1]

    def _proved(self, form: dict[str, str]) -> bool:
        if "client_assertion" not in form:
            self.asked.append("secret")
            return form.get("client_secret") == self.tenant.secret
        self.asked.append("certificate")
        cert = x509.load_pem_x509_certificate(certificates().app.read_bytes())
        thumbprint = hashlib.sha256(cert.public_bytes(serialization.Encoding.DER)).digest()
        header = jwt.get_unverified_header(form["client_assertion"])
        if header["x5t#S256"].rstrip("=") != urlsafe_b64encode(thumbprint).rstrip(b"=").decode():
            return False
        audience, key = f"{self.origin}/{TENANT}/oauth2/v2.0/token", certificates().app_key.public_key()
        claims = jwt.decode(form["client_assertion"], key, ["PS256"], audience=audience)
        return bool(claims["iss"] == claims["sub"] == CLIENT)


def refusal(word: str, number: int, said: str) -> web.Response:
    """As Entra's token endpoint refuses, at length."""
    trace = f"AADSTS{number}: {said} Trace ID: 0f0f Correlation ID: 1e1e Timestamp: 2026-11-25 12:00:00Z"
    return web.json_response(
        {"error": word, "error_description": trace, "error_codes": [number], "trace_id": "0f0f", "error_uri": "https://login/e"},
        status=401,
    )
