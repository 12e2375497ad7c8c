"""A stand-in identity provider on loopback that speaks OpenID Connect: discovery, a form, codes with PKCE, signed tokens, rotation."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote_plus, urlencode

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

Claims = dict[str, object]
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """Made once for all tests, since that takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Employee:
    """Somebody with a password there, and what the company says of them."""

    password: str
    claims: Claims


@dataclass
class Company:
    """Honest unless told otherwise: `tampers` changes a token's claims, `signs` makes the token in another way."""

    now: Callable[[], float]
    client_id: str = "unlatch"
    secret: str | None = "s3cret+of:the/client"
    redirect: str = "http://localhost:8400/sign-in/callback"
    employees: dict[str, Employee] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=lambda: {"key-1": rsa_key("1")})
    signs: Callable[[Claims], str] | None = None
    tampers: Claims = field(default_factory=dict)  # None: the claim is left out
    described: dict[str, object] = field(default_factory=dict)
    status: int = 200
    issuer: str = ""
    asked: list[str] = field(default_factory=list)  # paths, as they were asked for
    codes: dict[str, tuple[Claims, str]] = field(default_factory=dict)  # with the PKCE challenge
    sent: list[str] = field(default_factory=list)  # every code and token that ever left here

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Company"]:
        app = web.Application(middlewares=[self._hears])
        app.add_routes(
            [
                web.get("/.well-known/openid-configuration", self._description),
                web.get("/authorize", self._form),
                web.post("/authorize", self._typed),
                web.post("/token", self._token),
                web.get("/jwks", self._jwks),
            ]
        )
        async with TestServer(app, host="127.0.0.1") as server:
            self.issuer = f"http://127.0.0.1:{server.port}"
            yield self

    def rotates(self, name: str) -> None:
        """From now on this key signs, and no other is known."""
        self.keys = {name: rsa_key(name)}

    @web.middleware
    async def _hears(self, request: web.Request, handler: Callable[[web.Request], "object"]) -> web.StreamResponse:
        self.asked.append(request.path)
        if self.status != 200:
            return web.Response(status=self.status)
        return await handler(request)  # type: ignore[misc,no-any-return]  # a handler, as aiohttp has it

    async def _description(self, _request: web.Request) -> web.Response:
        here = {name: f"{self.issuer}/{path}" for name, path in ENDPOINTS.items()}
        return web.json_response({"issuer": self.issuer, **here, **SUPPORTED, **self.described})

    async def _form(self, request: web.Request) -> web.Response:
        wanted = request.query
        right = (wanted["client_id"], wanted["redirect_uri"], wanted["response_type"]) == (self.client_id, self.redirect, "code")
        if not right or wanted["code_challenge_method"] != "S256" or (wanted["prompt"], wanted["max_age"]) != ("login", "0"):
            return web.Response(status=400)
        hidden = "".join(f'<input type="hidden" name="{name}" value="{wanted[name]}">' for name in KEPT)
        typed = '<input name="user"><input name="password"><button>Sign in</button>'
        return web.Response(text=f'<form method="post">{hidden}{typed}</form>', content_type="text/html")

    async def _typed(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        who = self.employees.get(form["user"])
        if who is None or who.password != form["password"]:
            return self._back(error="access_denied", state=form["state"])
        code = f"code-{len(self.sent)}-{hashlib.sha256(form['state'].encode()).hexdigest()[:12]}"
        now = int(self.now())
        claims: Claims = {"iss": self.issuer, "aud": self.client_id, "exp": now + 300, "iat": now, "auth_time": now}
        self.codes[code] = ({**claims, "nonce": form["nonce"], **who.claims}, form["code_challenge"])
        self.sent.append(code)
        return self._back(code=code, state=form["state"], session_state="abc")

    def _back(self, **parameters: str) -> web.Response:
        return web.Response(status=303, headers={"Location": f"{self.redirect}?{urlencode(parameters)}"})

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        if not self._is_client(request, form):
            return web.json_response({"error": "invalid_client"}, status=401)
        claims, challenge = self.codes.pop(form["code"], ({}, ""))
        made = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if not claims or made != challenge or form["redirect_uri"] != self.redirect:
            return web.json_response({"error": "invalid_grant", "error_description": form["code"]}, status=400)
        token = (self.signs or self.signed)({k: v for k, v in {**claims, **self.tampers}.items() if v is not None})
        self.sent.append(token)
        return web.json_response({"token_type": "Bearer", "access_token": "unused", "expires_in": 300, "id_token": token})

    def _is_client(self, request: web.Request, form: dict[str, str]) -> bool:
        if self.secret is None:
            return form.get("client_id") == self.client_id and "Authorization" not in request.headers
        given = base64.b64decode(request.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        return [unquote_plus(half) for half in given.split(":")] == [self.client_id, self.secret]

    async def _jwks(self, _request: web.Request) -> web.Response:
        found = [{**_public(key), "kid": name, "use": "sig"} for name, key in self.keys.items()]
        return web.json_response({"keys": found})

    def signed(self, claims: Claims, kid: str | None = None, key: Key | None = None) -> str:
        """As it should be, with the newest key."""
        name = kid or list(self.keys)[-1]
        with_key = key or self.keys[name]
        algorithm = "RS256" if isinstance(with_key, rsa.RSAPrivateKey) else "ES256"
        return jwt.encode(claims, with_key, algorithm, {"kid": name})

    def unsigned(self, claims: Claims) -> str:
        return f"{_part({'alg': 'none', 'kid': 'key-1'})}.{_part(claims)}."

    def hmac_by_public_key(self, claims: Claims) -> str:
        """What a careless library takes for signed: everybody has this key."""
        public = json.dumps(_public(self.keys["key-1"])).encode()
        signed = f"{_part({'alg': 'HS256', 'kid': 'key-1'})}.{_part(claims)}"
        return f"{signed}.{_bytes(hmac.digest(public, signed.encode(), 'sha256'))}"


ENDPOINTS = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
SUPPORTED = {
    "response_types_supported": ["code"],
    "code_challenge_methods_supported": ["S256"],
    "id_token_signing_alg_values_supported": ["RS256", "ES256"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "none"],
    "claims_supported": ["sub", "auth_time", "upn"],
}
KEPT = ("state", "nonce", "code_challenge")
HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')


def _public(key: Key) -> Claims:
    if isinstance(key, rsa.RSAPrivateKey):
        return dict(RSAAlgorithm.to_jwk(key.public_key(), as_dict=True))
    return dict(ECAlgorithm.to_jwk(key.public_key(), as_dict=True))


def _part(what: Claims) -> str:
    return _bytes(json.dumps(what).encode())


def _bytes(what: bytes) -> str:
    return base64.urlsafe_b64encode(what).rstrip(b"=").decode()
