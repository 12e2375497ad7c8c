"""Where Microsoft's cloud answers; tests put a stand-in on loopback there."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

from bot.platform.egress import Egress


@dataclass(frozen=True, slots=True)
class CloudEndpoints:
    """Origins, without a slash at the end, and the way there. `ca_file`: certificates to check them against, instead of all others."""

    authority: str = "https://login.microsoftonline.com"
    graph: str = "https://graph.microsoft.com"
    ca_file: Path | None = None
    egress: Egress = field(default_factory=Egress)

    def trust(self) -> ssl.SSLContext:
        """Whose certificates are believed there."""
        return ssl.create_default_context(cafile=self.ca_file) if self.ca_file else self.egress.trust()


WORLDWIDE = CloudEndpoints()
