"""Bodies from outside, of requests and of answers: never more of one than it may be, and nothing in it that anybody can fall over."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import StreamReader, web

from adapters.http.refusals import RequestRefused

SENT = 10.0  # seconds in which all of a request's body has to come
DEEPEST = 40  # levels of JSON; what vendors send has fewer than twenty


async def request_body(request: web.Request, largest: int) -> bytes:
    """As it came, so that a signature over it can be checked.

    Raises RequestRefused: 413, 408, or 400 for what isn't encoded as it says, or broke off.
    """
    try:
        async with asyncio.timeout(SENT):
            body = await bounded(request.content, largest)
    except web.RequestPayloadError:
        raise RequestRefused(400, "encoding") from None
    except TimeoutError:
        raise RequestRefused(408, "too slow") from None
    except ConnectionResetError:
        raise RequestRefused(400, "gone") from None
    if body is None:
        raise RequestRefused(413, "too much")
    return body


def request_object(text: bytes | str) -> dict[str, Any]:
    """What a request holds as JSON. Raises RequestRefused: 400, also for what is nested so deeply that it isn't meant well."""
    found = json_object(text)
    if found is None or _deeper(found, DEEPEST):
        raise RequestRefused(400, "no JSON object")
    return found


async def bounded(content: StreamReader, largest: int) -> bytes | None:
    """A whole body. None: it is larger than that."""
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > largest:
            return None
    return bytes(body)


def json_object(text: bytes | str) -> dict[str, Any] | None:
    """None: no JSON, no object, or no strict UTF-8."""
    try:
        found = json.loads(text if isinstance(text, str) else text.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def form_fields(body: bytes, most: int) -> dict[str, str] | None:
    """Blank ones included. None: no form in strict UTF-8, more than `most` fields, or one of them twice."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=most, errors="strict")
    except ValueError:
        return None
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else None


def _deeper(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return bool(inner) and (levels == 0 or any(_deeper(one, levels - 1) for one in inner))
