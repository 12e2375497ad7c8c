"""Microsoft's cloud as it is on the wire, on loopback: tokens, accounts, groups, roles, deltas, and the ways in which it fails."""

from tests.kit.graph.server import Graph, cut, refused, throttled
from tests.kit.graph.tenant import CLIENT, SECRET, TENANT, Tenant

__all__ = ["CLIENT", "SECRET", "TENANT", "Graph", "Tenant", "cut", "refused", "throttled"]
