"""Headers that keep our pages in: what they may load and send, who may frame them, and that nobody keeps a copy."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Server": "Unlatch",  # aiohttp's own would name its version and Python's
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
OWN = ("Cache-Control", "Content-Security-Policy")  # that an answer may say for itself
HSTS = "max-age=63072000"  # seconds: two years


@dataclass(frozen=True, slots=True)
class SecurityHeaders:
    """`https`: browsers are told to come back by nothing else."""

    https: bool

    async def add(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Signal `on_response_prepare`: on every answer of a route, errors included."""
        own = {name: response.headers[name] for name in OWN if name in response.headers}
        response.headers.update({**self.all(), **own})

    def all(self) -> Mapping[str, str]:
        """For an answer that says nothing of itself."""
        secure = {"Strict-Transport-Security": HSTS} if self.https else {}
        return {**HEADERS, **secure, "Cache-Control": "no-store"}
