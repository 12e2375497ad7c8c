"""Asks a provider for JSON: briefly, without following anybody elsewhere, and never more of it than it may be."""

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from adapters.http.bodies import bounded, json_object
from bot.identity.methods.identity_provider import NotSignedIn, SignInFailure
from bot.platform.egress import Egress

PATIENCE = 5.0  # seconds; a person waits for this in the browser
LARGEST = 256 * 1024  # bytes
WELL, THEIR_FAULT, SLOW_DOWN = 200, 500, 429
JSON = {"Accept": "application/json"}
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class HttpReply:
    """`body` is empty where the answer was no JSON object."""

    status: int
    body: Mapping[str, object]

    @property
    def well(self) -> bool:
        """Whether the answer is what was asked for."""
        return self.status == WELL and bool(self.body)


async def fetch(
    egress: Egress, url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] = NOTHING
) -> HttpReply:
    """GET, or POST of a form. Raises NotSignedIn (AWAY) when nobody answers, or only with a fault."""
    method, sent = "GET" if form is None else "POST", {**JSON, **headers}
    try:
        async with (
            egress.session(PATIENCE) as session,
            session.request(method, url, data=form, headers=sent, proxy=egress.way(url), allow_redirects=False) as answer,
        ):
            fetched = HttpReply(answer.status, await _object(answer.content))
    except (aiohttp.ClientError, OSError, TimeoutError) as silent:
        raise NotSignedIn(SignInFailure.AWAY, because=type(silent).__name__) from None
    if fetched.status >= THEIR_FAULT or fetched.status == SLOW_DOWN:
        raise NotSignedIn(SignInFailure.AWAY, because=fetched.status)
    return fetched


async def _object(content: aiohttp.StreamReader) -> Mapping[str, object]:
    body = await bounded(content, LARGEST)
    if body is None:
        raise NotSignedIn(SignInFailure.UNFIT, because="too long an answer")
    return json_object(body) or {}
