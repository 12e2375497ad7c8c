"""Reads what a form sends, strictly: exactly the fields that were asked for, each once, or a kind 400."""

import json

from aiohttp import web

from adapters.http.bodies import form_fields, request_body

LARGEST = 64 * 1024  # bytes of a body; the longest thing anybody types here is a password
FORM = "application/x-www-form-urlencoded"
FIELDS = 20
ROWS = tuple(f"{name}{number}" for number in range(1, 6) for name in ("question", "own", "answer"))
DIGITS = 9


async def fields(request: web.Request, *wanted: str, one_of: tuple[str, ...] = ()) -> dict[str, str]:
    """All of `wanted`, and exactly one of `one_of` where it is given. Raises HTTPBadRequest, HTTPUnsupportedMediaType, RequestRefused."""
    found = await _sent(request)
    picked = found.keys() - set(wanted)
    if not found.keys() >= set(wanted) or not picked <= set(one_of) or len(picked) != bool(one_of):
        raise web.HTTPBadRequest
    return found


async def answered(request: web.Request) -> dict[str, str]:
    """What a card sends: its token, and an option or what was said; of several questions all answers together, as one. Raises as `fields`."""
    found = await _sent(request)
    if "token" in found and found.keys() & set(ROWS) and found.keys() <= {"token", *ROWS}:
        token = found.pop("token")
        found = {"token": token, "said": json.dumps(found)}
    if found.keys() not in ({"token", "option"}, {"token", "said"}):
        raise web.HTTPBadRequest
    return found


async def _sent(request: web.Request) -> dict[str, str]:
    if request.content_type != FORM:
        raise web.HTTPUnsupportedMediaType
    found = form_fields(await request_body(request, LARGEST), FIELDS)
    if found is None or any("\0" in value for value in found.values()):
        raise web.HTTPBadRequest
    return found


def query(request: web.Request, name: str) -> str:
    """One parameter of the address. Raises HTTPBadRequest when it is missing, doubled or no text."""
    match request.query.getall(name, []):
        case [value] if "\0" not in value and "\ufffd" not in value:
            return value
    raise web.HTTPBadRequest


def number(request: web.Request, name: str) -> int:
    """One parameter that is a small number. Raises HTTPBadRequest."""
    value = query(request, name)
    if not (value.isascii() and value.isdigit() and len(value) <= DIGITS):
        raise web.HTTPBadRequest
    return int(value)


def wants_json(request: web.Request) -> bool:
    """Whether a script asks, and not a person."""
    return request.path.endswith(".json") or request.headers.get("Accept", "").startswith("application/json")
