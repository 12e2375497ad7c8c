"""How far the changes of a tenant have been told: links that Graph gave for accounts and groups, and which roles were held."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class DeltaLinks:
    """Links of Graph are kept whole; what is asked again is their path alone. `listing`: everything is being told, up to there."""

    users: str
    groups: str
    roles: str
    listing: str = ""

    def __str__(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))


def read_links(text: str) -> DeltaLinks | None:
    """A mark that was told before. None: it is none of ours."""
    try:
        found = json.loads(text)
        mark = DeltaLinks(**found)
    except (ValueError, TypeError):
        return None
    return mark if all(isinstance(part, str) for part in asdict(mark).values()) else None
