"""Which network address a visitor comes from: the connection's, or what a listed proxy says. It slows down, and never blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

from bot.model.whence import Whence
from bot.platform.secret import Secret

NOBODY = ""  # an address that tells nobody from anybody
HOME = 64  # bits of an IPv6 address that one connection to the Internet has; it may take any of those below
FORWARDED = "X-Forwarded-For"


@dataclass(frozen=True, slots=True)
class VisitorAddresses:
    """`proxies`: whose word about others is believed. Nobody else's is."""

    proxies: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def behind(cls, proxies: Sequence[str]) -> "VisitorAddresses":
        """Raises ValueError for what is no address and no network."""
        return cls(tuple(ip_network(each) for each in proxies))

    def of(self, request: web.Request) -> str:
        """`NOBODY` where it is a proxy's: one that says nothing, or, while none is listed, any address that isn't a public one."""
        hops = [hop.strip() for line in request.headers.getall(FORWARDED, []) for hop in line.split(",")]
        return self.nearest(request.remote or "", hops)

    def whence(self, request: web.Request) -> Whence | None:
        """The same, for the engine."""
        address = self.of(request)
        return Whence(Secret(address)) if address else None

    def nearest(self, remote: str, hops: Sequence[str]) -> str:
        """The last one that isn't a listed proxy; `hops` are in the order of the header, the nearest last."""
        for hop in (remote, *reversed(hops)):
            try:
                address = ip_address(hop.partition("%")[0])
            except ValueError:
                return NOBODY
            if not any(address in network for network in self.proxies):
                if not self.proxies and not address.is_global:
                    return NOBODY
                return str(ip_network((address, HOME), strict=False)) if isinstance(address, IPv6Address) else str(address)
        return NOBODY
