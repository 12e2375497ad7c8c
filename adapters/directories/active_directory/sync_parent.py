"""Reads a whole domain in a process of its own: the parent's side."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from adapters.directories.active_directory.values import guid_text
from adapters.directories.ldap.child_process import lines
from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.errors import SilenceReason, Silent
from adapters.directories.ldap.pool import ConnectionPool

CHILD = "adapters.directories.active_directory.sync_child"


@dataclass(frozen=True, slots=True)
class ReaderSeat:
    """A domain controller and how far it has counted. Numbers are its own: another, or a restored one, counts otherwise."""

    host: str
    invocation: str
    usn: int

    @classmethod
    def read(cls, connection: LdapConnection) -> "ReaderSeat":
        """Raises Silent when it doesn't say."""
        root = connection.base("", ("highestCommittedUSN", "dsServiceName"))
        service = connection.base(root.text("dsservicename") or "", ("invocationId",)) if root else None
        octets = service.raw("invocationid") if service else None
        if root is None or octets is None:
            raise Silent(SilenceReason.ACCOUNT, "the domain controller doesn't say how far it has counted")
        return cls(connection.host, guid_text(octets), root.number("highestcommittedusn"))


@dataclass(frozen=True, slots=True)
class SyncReader:
    """Starts the child, and reads what it says."""

    pool: ConnectionPool
    directory: str
    base: str
    now: float

    def lines(self, seat: ReaderSeat, before: int | None = None) -> AsyncIterator[str]:
        """Raises Silent when they take too long."""
        told = {"directory": self.directory, "base": self.base, "now": self.now, "usn": seat.usn, "before": before}
        return lines(CHILD, self.pool.servers, seat.host, told)
