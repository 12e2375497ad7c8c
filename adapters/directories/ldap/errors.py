"""What a server says no to, and what it is when it says nothing."""

from collections.abc import Mapping
from enum import StrEnum

from bot.directory.interfaces import Unreachable


class SilenceReason(StrEnum):
    """Why a server doesn't answer us."""

    NETWORK = "network"
    CERTIFICATE = "certificate"
    ACCOUNT = "account"  # the service account isn't let in


class Silent(Unreachable):
    """No answer. `text` is for an admin, and holds nothing secret."""

    def __init__(self, why: SilenceReason = SilenceReason.NETWORK, text: str = "") -> None:
        super().__init__(why, text)
        self.why, self.text = why, text


class LdapRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The server's own no: a result code of RFC 4511, what it adds in its words, and the controls that came with it."""

    def __init__(self, code: int, text: str, controls: Mapping[str, bytes] | None = None) -> None:
        super().__init__(code, text)
        self.code, self.text, self.controls = code, text, controls or {}
