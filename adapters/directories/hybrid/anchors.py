"""How an account on premises and its copy in the cloud know each other: by an id that neither a new name nor a move changes."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID  # noqa: TID251 - reads a GUID, and makes none

GUID = 16  # bytes


def anchor_of_guid(guid: str) -> str:
    """The base64 of an objectGUID as it lies in the directory, its first three parts with the low byte first."""
    return b64encode(UUID(guid).bytes_le).decode()


def guid_of_anchor(anchor: str) -> str:
    """Raises ValueError for what is no such anchor: another attribute may have been chosen when syncing was set up."""
    found = b64decode(anchor, validate=True)
    if len(found) != GUID:
        raise ValueError("no GUID")
    return str(UUID(bytes_le=found))


@dataclass(frozen=True, slots=True)
class Anchors:
    """`of`: the anchor for an id on premises; `back`: that id again. Both raise ValueError for what is neither."""

    of: Callable[[str], str] = anchor_of_guid
    back: Callable[[str], str] = guid_of_anchor
