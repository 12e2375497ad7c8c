"""What every request must pass and every answer carries: the right host, our own origin, and headers that keep pages in."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]
SAFE = frozenset({"GET", "HEAD"})
ANYWHERE = "/healthz"  # a balancer asks by address, not by name
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
HSTS = "max-age=63072000"  # seconds: two years
DEFAULT_PORTS = {"http": 80, "https": 443}


class Misdirected(web.HTTPClientError):
    """RFC 9110 section 15.5.20: this host isn't served here."""

    status_code = 421


class RequestGuard:
    """Knows the configured origin, and nothing of forwarding headers: no link, redirect or check is made from a request."""

    def __init__(self, base_url: str, *, demo: bool) -> None:
        base = urlsplit(base_url)
        if base.scheme not in DEFAULT_PORTS or not base.hostname or base.path.strip("/") or base.query:
            raise ValueError(f"base_url must be https://name[:port], not {base_url}")
        port = base.port or DEFAULT_PORTS[base.scheme]
        suffix = "" if port == DEFAULT_PORTS[base.scheme] else f":{port}"
        names = {base.hostname, "127.0.0.1"} if demo else {base.hostname}
        self.https = base.scheme == "https"
        self._hosts = {f"{name}{s}" for name in names for s in {suffix, f":{port}"}}
        self._origins = {f"{base.scheme}://{name}{suffix}" for name in names}

    @web.middleware
    async def host(self, request: web.Request, handler: Respond) -> web.StreamResponse:
        """Raises Misdirected."""
        if request.path != ANYWHERE and [h.lower() for h in request.headers.getall("Host", [])] not in [[h] for h in self._hosts]:
            raise Misdirected
        return await handler(request)

    @web.middleware
    async def origin(self, request: web.Request, handler: Respond) -> web.StreamResponse:
        """Raises HTTPForbidden for a change that another site's page asks for."""
        if request.method not in SAFE and not self._ours(request):
            raise web.HTTPForbidden
        return await handler(request)

    def _ours(self, request: web.Request) -> bool:
        """By Sec-Fetch-Site, which no page can set; where a browser has none, the origin has to be named.

        On a page without referrer browsers say `Origin: null` for a form (Fetch, "append a request Origin header"). Who names
        neither is no browser (all name an origin with a POST), so nobody's cookies can be abused by another site.
        """
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
        if site is None:
            return origin is None or origin in self._origins
        return site == "same-origin" and origin in {None, "null", *self._origins}

    async def headers(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Signal `on_response_prepare`."""
        response.headers.update(HEADERS)
        response.headers.setdefault("Cache-Control", "no-store")
        if self.https:
            response.headers["Strict-Transport-Security"] = HSTS
