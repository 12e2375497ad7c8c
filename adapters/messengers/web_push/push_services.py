"""Web Push (RFC 8030): a text, encrypted for one browser, handed to that browser's push service, by a key of our own."""

import base64
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pywebpush import WebPusher

from bot.messaging.phone_push import Subscription, Unsubscribed
from bot.platform.clock import World
from bot.platform.egress import Egress
from bot.platform.job_outbox import NotNow
from bot.platform.keyring import Keys

# Whoever subscribes names the address, so nothing but these is asked. A point before a name: any host below it.
HOSTS = ("fcm.googleapis.com", "updates.push.services.mozilla.com", ".notify.windows.com", "web.push.apple.com")
TIMEOUT = 10.0  # seconds
TOKEN = 12 * 3600  # seconds; RFC 8292 allows 24 hours
LONGEST = 1000  # characters of an endpoint
POINT, AUTH = 65, 16  # bytes (RFC 8291 section 3.1)
TAKEN, GONE, BUSY = range(200, 300), (404, 410), 429
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


@dataclass(frozen=True)
class PushServices:
    """`own`: hosts that the settings add; on this very machine without encryption. `contact`: whom a service tells of trouble."""

    keys: Keys
    world: World
    contact: str
    own: Collection[str] = ()
    known: Collection[str] = HOSTS
    egress: Egress = field(default_factory=Egress)

    @cached_property
    def _private(self) -> EllipticCurvePrivateKey:
        """Never another one while the ring keeps its first key: subscriptions are for it alone."""
        number = int.from_bytes(self.keys.lasting_mac("web push", "") + self.keys.lasting_mac("web push", "more"))
        return derive_private_key(1 + number % (ORDER - 1), SECP256R1())

    @property
    def key(self) -> str:
        return _b64(self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def serves(self, to: Subscription) -> bool:
        try:
            url = urlsplit(to.endpoint)
            sizes = (len(_bytes(to.p256dh)), len(_bytes(to.auth)))
            port = url.port
        except ValueError:
            return False
        if url.username is not None or len(to.endpoint) > LONGEST or sizes != (POINT, AUTH):
            return False
        if url.netloc in self.own:
            return url.scheme == "https" or (url.scheme == "http" and url.hostname in ("localhost", "127.0.0.1"))
        named = any((url.hostname or "").endswith(h) if h.startswith(".") else url.hostname == h for h in self.known)
        return named and url.scheme == "https" and port in (None, 443)

    async def push(self, to: Subscription, text: bytes, seconds: float) -> None:
        if not self.serves(to):  # the settings may have changed since
            raise Unsubscribed
        keys = {"p256dh": to.p256dh, "auth": to.auth}
        try:
            body = WebPusher({"endpoint": to.endpoint, "keys": keys}).encode(text, "aes128gcm")["body"]
        except ValueError as no_point:
            raise Unsubscribed from no_point
        about = {"TTL": str(int(seconds)), "Urgency": "high", "Content-Encoding": "aes128gcm", **self._authorization(to)}
        async with (
            self.egress.session(TIMEOUT) as http,
            http.post(to.endpoint, data=body, headers=about, allow_redirects=False, proxy=self.egress.way(to.endpoint)) as answer,
        ):
            status, wait = answer.status, answer.headers.get("Retry-After", "")
        if status in TAKEN:
            return
        if status in GONE:
            raise Unsubscribed
        raise NotNow(float(wait) if status == BUSY and wait.isascii() and wait.isdigit() else 0.0)

    def _authorization(self, to: Subscription) -> dict[str, str]:
        """RFC 8292: for this service alone."""
        url = urlsplit(to.endpoint)
        claims = {"aud": f"{url.scheme}://{url.netloc}", "exp": int(self.world.now()) + TOKEN, "sub": self.contact}
        token = jwt.encode(claims, self._private, algorithm="ES256")
        return {"Authorization": f"vapid t={token}, k={self.key}"}


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
