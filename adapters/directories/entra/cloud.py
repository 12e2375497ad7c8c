"""Where Microsoft's cloud answers; tests put a stand-in on loopback there."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CloudEndpoints:
    """Origins, without a slash at the end. `ca_file`: certificates to check them against, instead of the machine's own."""

    authority: str = "https://login.microsoftonline.com"
    graph: str = "https://graph.microsoft.com"
    ca_file: Path | None = None


WORLDWIDE = CloudEndpoints()
