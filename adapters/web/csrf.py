"""Cross-site request forgery: nothing is changed by a request that another site's page has sent."""

from dataclasses import dataclass

from aiohttp import web

from adapters.web.host_check import PublicAddress, Respond

SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class CsrfCheck:
    """By where a request comes from; there is no token that could be stolen or forgotten."""

    address: PublicAddress

    @web.middleware
    async def check(self, request: web.Request, handler: Respond) -> web.StreamResponse:
        """Middleware. Raises HTTPForbidden for a change that another site's page asks for."""
        if request.method not in SAFE and not self._same_origin(request):
            raise web.HTTPForbidden
        return await handler(request)

    def _same_origin(self, request: web.Request) -> bool:
        """By Sec-Fetch-Site, which no page can set; where a browser has none, the origin has to be named.

        On a page without referrer browsers say `Origin: null` for a form (Fetch, "append a request Origin header"). Who names
        neither is no browser (all name an origin with a POST), so nobody's cookies can be abused by another site.
        """
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
        if site is None:
            return origin is None or origin in self.address.origins
        return site == "same-origin" and origin in {None, "null", *self.address.origins}
