"""The first door: a request is read as bytes and its signature checked before anything takes it apart."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.platform.secret import Secret

LARGEST = 512 * 1024  # bytes; a click brings the message that it was made on
WINDOW = 300.0  # seconds that a request may be old (Slack, "Verifying requests from Slack")
FIELDS = 64
DEEPEST = 40  # levels of a payload; Slack's have fewer than twenty


class RequestRefused(Exception):  # noqa: N818 - an answer: nothing was run
    """Not Slack's, or nothing that Slack sends."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def verified_body(request: web.Request, secret: Secret, now: float) -> bytes:
    """The body, once it is known to be Slack's. Raises RequestRefused: 401 for the signature, 413 for too much, 400 for what can't be read."""
    body = b""
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > LARGEST:
                raise RequestRefused(413)
    except web.RequestPayloadError:  # not what its encoding says
        raise RequestRefused(400) from None
    stamps, macs = request.headers.getall("X-Slack-Request-Timestamp", []), request.headers.getall("X-Slack-Signature", [])
    if len(stamps) != 1 or len(macs) != 1 or not _fresh(stamps[0], now) or not macs[0].isascii():
        raise RequestRefused(401)
    right = hmac.new(secret.reveal().encode(), b"v0:" + stamps[0].encode() + b":" + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"v0={right}", macs[0]):
        raise RequestRefused(401)
    return body


def _fresh(stamp: str, now: float) -> bool:
    return stamp.isascii() and stamp.isdecimal() and len(stamp) < 12 and abs(now - int(stamp)) <= WINDOW  # noqa: PLR2004 - digits of seconds


def payload_of(body: bytes, content_type: str) -> dict[str, Any]:
    """JSON as events come, or a form as commands and clicks do. Raises RequestRefused: 400 for what is neither."""
    try:
        text = body.decode("utf-8", "strict")
        if content_type == "application/json":
            return _object(text)
        if content_type != "application/x-www-form-urlencoded":
            raise RequestRefused(400)
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=FIELDS, errors="strict")
    except ValueError:  # UnicodeDecodeError and JSONDecodeError are such
        raise RequestRefused(400) from None
    form: dict[str, Any] = dict(pairs)
    if not form or len(form) != len(pairs):
        raise RequestRefused(400)
    return _object(form["payload"]) if "payload" in form else form


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise RequestRefused(400) from None
    if not isinstance(found, dict) or _deeper(found, DEEPEST):
        raise RequestRefused(400)
    return found


def _deeper(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return bool(inner) and (levels == 0 or any(_deeper(one, levels - 1) for one in inner))
