"""What an admin uploads to a vendor."""

import yaml

from adapters.slack.manifest import manifest
from adapters.teams.manifest import package


def slack(url: str, name: str, *, socket: bool, several: bool) -> str:
    """YAML, in the order of Slack's documentation. Raises ValueError."""
    return yaml.safe_dump(manifest(url, name, socket=socket, several=several), sort_keys=False, allow_unicode=True)


def teams(url: str, app_id: str, name: str) -> bytes:
    """A zip: the manifest and two icons. Raises ValueError."""
    return package(url, app_id, name)
