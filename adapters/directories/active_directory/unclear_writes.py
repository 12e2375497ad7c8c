"""Writes that broke off: which server may have done what was asked, as long as the others may not have heard of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from adapters.directories.ldap.errors import LdapRefused
from bot.platform.ids import SubjectId

REPLICATED = 900.0  # seconds after which all servers of a site, and mostly all, have heard of a change


@dataclass
class UnclearWrites:
    """Of this process alone: another one looks wherever it finds an answer first."""

    _hosts: dict[SubjectId, tuple[float, str]] = field(default_factory=dict)

    @contextmanager
    def writing(self, subject: SubjectId, host: str, now: float) -> Iterator[None]:
        """Unclear until the server has said yes or no."""
        self._hosts[subject] = now, host
        try:
            yield
        except LdapRefused:
            self.cleared(subject)
            raise
        self.cleared(subject)

    def host(self, subject: SubjectId, now: float) -> str | None:
        """On which server to look what has become of a write. None: on any."""
        at, host = self._hosts.get(subject, (0.0, ""))
        return host if now < at + REPLICATED else None

    def cleared(self, subject: SubjectId) -> None:
        """The server has told how the account stands."""
        self._hosts.pop(subject, None)
