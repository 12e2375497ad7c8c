"""Only the configured host is served: no link, redirect or check is ever made from what a request says of its own address."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]
ANYWHERE = "/healthz"  # a balancer asks by address, not by name
DEFAULT_PORTS = {"http": 80, "https": 443}


class Misdirected(web.HTTPClientError):
    """RFC 9110 section 15.5.20: this host isn't served here."""

    status_code = 421


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """How people reach us: the values of Host and of Origin that are ours. Forwarding headers count for nothing."""

    hosts: frozenset[str]
    origins: frozenset[str]
    https: bool

    @classmethod
    def read(cls, base_url: str, *, demo: bool) -> "PublicAddress":
        """Raises ValueError for what is no origin. A demo answers to the loopback address too."""
        base = urlsplit(base_url)
        if base.scheme not in DEFAULT_PORTS or not base.hostname or base.path.strip("/") or base.query:
            raise ValueError(f"base_url must be https://name[:port], not {base_url}")
        port = base.port or DEFAULT_PORTS[base.scheme]
        suffix = "" if port == DEFAULT_PORTS[base.scheme] else f":{port}"
        names = {base.hostname, "127.0.0.1"} if demo else {base.hostname}
        hosts = frozenset(f"{name}{s}" for name in names for s in {suffix, f":{port}"})
        return cls(hosts, frozenset(f"{base.scheme}://{name}{suffix}" for name in names), base.scheme == "https")


@dataclass(frozen=True, slots=True)
class HostCheck:
    """In front of every address but the one that says whether this process is alive."""

    address: PublicAddress

    @web.middleware
    async def check(self, request: web.Request, handler: Respond) -> web.StreamResponse:
        """Middleware. Raises Misdirected for any host but ours."""
        if request.path != ANYWHERE and [h.lower() for h in request.headers.getall("Host", [])] not in self._right:
            raise Misdirected
        return await handler(request)

    @property
    def _right(self) -> list[list[str]]:
        return [[host] for host in self.address.hosts]
