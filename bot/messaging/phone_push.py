"""The port to push services: they wake our page on somebody's phone, and never learn whose it is, or why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

FOLDER = "phone-push"  # of the vault: subscriptions, by the method of their phone


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser takes pushes, and the keys that they are encrypted for (RFC 8291), in base64url."""

    endpoint: str
    p256dh: str
    auth: str

    @property
    def kept(self) -> Mapping[str, object]:
        """As a document."""
        return {"endpoint": self.endpoint, "p256dh": self.p256dh, "auth": self.auth}

    @classmethod
    def read(cls, document: Mapping[str, object]) -> "Subscription":
        """Inverse."""
        return cls(str(document["endpoint"]), str(document["p256dh"]), str(document["auth"]))


class Unsubscribed(Exception):  # noqa: N818 - an answer
    """That browser takes no more of them, or never did: the subscription is of no use."""


class PhonePush(Protocol):
    """Any number of push services: which one is the browser's choice."""

    @property
    def key(self) -> str:
        """The public key that a browser subscribes for (RFC 8292), in base64url."""

    def serves(self, to: Subscription) -> bool:
        """Whether it leads to a known push service, with keys that can be encrypted for. Nothing else is ever asked."""

    async def push(self, to: Subscription, text: bytes, seconds: float) -> None:
        """Handed over, and of no use after so many seconds. Raises Unsubscribed, or anything else for "try again later"."""
