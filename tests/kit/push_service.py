"""A push service on loopback, and a browser that subscribed there: it reads what we send with its own keys."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

import http_ece
import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.messaging.phone_push import Subscription

AUTH = b"sixteen octets .."[:16]


@dataclass
class PushService:
    """`status` is what it answers."""

    status: int = 201
    private: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    pushed: list[dict[str, str]] = field(default_factory=list)  # what each said to the browser
    _server: TestServer | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/push/{name}", self._take)
        self._server = TestServer(app, host="127.0.0.1")
        await self._server.start_server()

    async def close(self) -> None:
        if self._server:
            await self._server.close()

    @property
    def host(self) -> str:
        """As the settings name it."""
        assert self._server is not None
        return f"127.0.0.1:{self._server.port}"

    @property
    def subscription(self) -> Subscription:
        """As `PushManager.subscribe` gives it."""
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Subscription(f"http://{self.host}/push/one", b64(point), b64(AUTH))

    async def _take(self, request: web.Request) -> web.Response:
        """Signed for this service (RFC 8292), and encrypted for that browser alone (RFC 8291)."""
        scheme, _, rest = request.headers["Authorization"].partition(" ")
        given = dict(part.strip().split("=", 1) for part in rest.split(","))
        key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(given["k"]))
        jwt.decode(given["t"], key, algorithms=["ES256"], audience=f"http://{self.host}", options={"verify_exp": False})
        assert (scheme, request.headers["Content-Encoding"]) == ("vapid", "aes128gcm")
        plain = http_ece.decrypt(await request.read(), private_key=self.private, auth_secret=AUTH, version="aes128gcm")
        self.pushed.append(json.loads(plain))
        return web.Response(status=self.status)


def b64(raw: bytes) -> str:
    """As browsers write bytes."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
