"""The first door: a request is read as bytes, and its signature checked before anything takes it apart."""

import hashlib
import hmac
from dataclasses import dataclass

from aiohttp import web

from adapters.http.bodies import request_body
from adapters.http.refusals import RequestRefused
from adapters.slack.request_body import LARGEST
from bot.platform.clock import World
from bot.platform.secret import Secret

WINDOW = 300.0  # seconds that a request may be old (Slack, "Verifying requests from Slack")


@dataclass(frozen=True)
class RequestVerifier:
    """`secret`: the app's signing secret. Fails closed: what can't be checked isn't Slack's."""

    secret: Secret
    world: World

    async def verified_body(self, request: web.Request) -> bytes:
        """The body, once it is known to be Slack's. Raises RequestRefused: 401 for the signature, else as `request_body` does."""
        body = await request_body(request, LARGEST)
        stamps, macs = request.headers.getall("X-Slack-Request-Timestamp", []), request.headers.getall("X-Slack-Signature", [])
        if len(stamps) != 1 or not self._fresh(stamps[0]):
            raise RequestRefused(401, "timestamp")
        if len(macs) != 1 or not macs[0].isascii() or not hmac.compare_digest(self._signature(stamps[0], body), macs[0]):
            raise RequestRefused(401, "signature")
        return body

    def _signature(self, stamp: str, body: bytes) -> str:
        signed = b"v0:" + stamp.encode() + b":" + body
        return f"v0={hmac.new(self.secret.reveal().encode(), signed, hashlib.sha256).hexdigest()}"

    def _fresh(self, stamp: str) -> bool:
        digits = stamp.isascii() and stamp.isdecimal() and len(stamp) < 12  # noqa: PLR2004 - digits of seconds
        return digits and abs(self.world.now() - int(stamp)) <= WINDOW
