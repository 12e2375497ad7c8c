"""Reads what a form sends, strictly: exactly the fields that were asked for, each once, or a kind 400."""

from aiohttp import web

from adapters.http.bodies import form_fields, request_body

LARGEST = 64 * 1024  # bytes of a body; the longest thing anybody types here is a password
FORM = "application/x-www-form-urlencoded"
FIELDS = 10
DIGITS = 9


async def fields(request: web.Request, *wanted: str, one_of: tuple[str, ...] = ()) -> dict[str, str]:
    """All of `wanted`, and exactly one of `one_of` where it is given. Raises HTTPBadRequest, HTTPUnsupportedMediaType, RequestRefused."""
    if request.content_type != FORM:
        raise web.HTTPUnsupportedMediaType
    found = form_fields(await request_body(request, LARGEST), FIELDS)
    if found is None or not found.keys() >= set(wanted) or any("\0" in value for value in found.values()):
        raise web.HTTPBadRequest
    picked = found.keys() - set(wanted)
    if not picked <= set(one_of) or len(picked) != bool(one_of):
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
