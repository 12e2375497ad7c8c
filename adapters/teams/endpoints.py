"""Where Microsoft is: whose tokens are believed, where ours come from, and the only hosts that an activity may send us to."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

PATH = re.compile(r"[A-Za-z0-9_/-]*")  # as "/emea/" or "/amer/<tenant>/"
METADATA = "/v1/.well-known/openidconfiguration"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """All that leave the machine are https outside of tests."""

    metadata: str = "https://login.botframework.com" + METADATA
    login: str = "https://login.microsoftonline.com"
    identity: str = "http://169.254.169.254"  # Azure's own machines ask here who they are; nobody else's can
    graph: str = "https://graph.microsoft.com"
    home: str = "https://smba.trafficmanager.net/teams/"  # where a conversation begins with somebody who never wrote
    services: frozenset[str] = frozenset({"https://smba.trafficmanager.net", "https://smba.infra.gcc.teams.microsoft.com"})

    def allowed(self, service_url: str) -> bool:
        """Whether our token may be shown there: an activity names its own address, and a signed one may still be a trap."""
        try:
            url = urlsplit(service_url)
        except ValueError:
            return False
        at_home = f"{url.scheme}://{url.netloc.lower()}" in self.services
        return at_home and not url.query and not url.fragment and PATH.fullmatch(url.path) is not None


def standing_in(base: str) -> Endpoints:
    """One address on this machine that stands for all of them, in tests."""
    return Endpoints(base + METADATA, base, base, base, f"{base}/", frozenset({base}))


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses have scheme, host and port in common."""
    try:
        a, b = urlsplit(one), urlsplit(other)
    except ValueError:
        return False
    return (a.scheme, a.netloc) == (b.scheme, b.netloc)
