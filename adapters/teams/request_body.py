"""What came in, as bytes: never more than an activity may be, and JSON that nobody can fall over."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

LARGEST = 256 * 1024  # bytes; a message at Teams has at most 100 KB
DEEPEST = 40  # levels; theirs have fewer than fifteen


class RequestRefused(Exception):  # noqa: N818 - an answer: nothing was run
    """401: not from Teams. 403: from Teams, and not for us. 400, 413: nothing that Teams sends. 503: it can't be told now."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(status, why)
        self.status, self.why = status, why


async def read(request: web.Request) -> bytes:
    """Raises RequestRefused: 413."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            raise RequestRefused(413, "too much")
    return bytes(body)


def payload_of(body: bytes) -> dict[str, Any]:
    """Raises RequestRefused: 400."""
    try:
        found = json.loads(body.decode("utf-8", "strict"))
    except (ValueError, RecursionError):
        raise RequestRefused(400, "no JSON") from None
    if not isinstance(found, dict) or _deeper(found, DEEPEST):
        raise RequestRefused(400, "no activity")
    return found


def _deeper(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return bool(inner) and (levels == 0 or any(_deeper(one, levels - 1) for one in inner))
