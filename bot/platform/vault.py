"""What an adapter must remember, kept sealed: one vendor-neutral port for named documents."""

from collections.abc import Mapping
from typing import Protocol

DEMO_INBOX = "demo-messages"  # the folder of what the demo's phones and mailboxes hold


class Vault(Protocol):
    """Named JSON documents in folders, sealed at rest with their own name as associated data."""

    async def put(self, folder: str, name: str, document: Mapping[str, object]) -> None:
        """Keep a document under this name, in the place of the one before."""

    async def get(self, folder: str, name: str) -> Mapping[str, object] | None:
        """The document of this name. None: there is none."""

    async def all(self, folder: str) -> Mapping[str, Mapping[str, object]]:
        """All documents of a folder by their names, oldest first."""

    async def drop(self, folder: str, name: str) -> None:
        """Delete a document, if it is there."""
