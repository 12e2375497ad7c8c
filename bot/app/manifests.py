"""What an admin uploads to a vendor, as text."""

import yaml

from adapters.slack.manifest import manifest


def slack(url: str, name: str, *, socket: bool, several: bool) -> str:
    """YAML, in the order of Slack's documentation. Raises ValueError."""
    return yaml.safe_dump(manifest(url, name, socket=socket, several=several), sort_keys=False, allow_unicode=True)
