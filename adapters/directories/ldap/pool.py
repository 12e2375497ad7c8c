"""The way to a directory: threads of its own, idle connections kept for the next query, and hosts that stand in for each other."""

import asyncio
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from adapters.directories.ldap.connection import SUCCESS, LdapConnection
from adapters.directories.ldap.errors import SilenceReason, Silent
from bot.directory.interfaces import Unreachable
from bot.platform.secret import Secret

T = TypeVar("T")
THREADS = 8  # queries at once; more wait their turn
IDLE, KEPT = 4, 300.0  # connections that are kept, and for how many seconds (a domain controller hangs up after 900)
LAST = 30.0  # seconds for which a host that was silent is asked last
REFUSED = 60.0  # seconds in which a service account that wasn't let in doesn't try again: its tries are counted too
PATIENCE = 9.0  # seconds for a whole answer, other hosts included; shorter than a turn waits


@dataclass(frozen=True)
class LdapServers:
    """Where a directory is, and as whom it is asked."""

    hosts: tuple[str, ...]
    ca_file: Path
    account: str
    password: Secret
    server_name: str = ""

    def context(self) -> ssl.SSLContext:
        """Only these CAs count. Raises OSError when there are none in the file."""
        return ssl.create_default_context(cafile=self.ca_file)


@dataclass
class _Query:
    """On its way, and it may be given up."""

    connection: LdapConnection | None = None
    given_up: bool = False
    wrote_at: str = ""  # the host, once the connection was given back: who looks late must not take it for unwritten
    lock: threading.Lock = field(default_factory=threading.Lock)

    def uses(self, connection: LdapConnection) -> LdapConnection:
        with self.lock:
            self.connection, connection.given_up = connection, self.given_up
        return connection

    def give_up(self) -> None:
        with self.lock:
            self.given_up = True
            if self.connection:
                self.connection.cut()

    def aware(self, fault: Unreachable) -> Unreachable:
        """Says with it whether anything was written, and where."""
        with self.lock:
            wrote = self.connection is not None and self.connection.wrote
            fault.unsent = not (wrote or self.wrote_at)
            fault.at = self.wrote_at or (self.connection.host if self.connection else "")
        return fault


class ConnectionPool:
    """Asks the first host that answers. What was written is never written again on another."""

    def __init__(self, servers: LdapServers, threads: int = THREADS) -> None:
        self.servers = servers
        self._context = servers.context()
        self._threads = threads
        self._executor = self._new_executor()
        self._idle: list[tuple[float, LdapConnection]] = []
        self._lock = threading.Lock()
        self._silent: dict[str, float] = {}
        self._refused: tuple[float, str] = (float("-inf"), "")

    async def run(self, work: Callable[[LdapConnection], T], host: str | None = None, patience: float = PATIENCE) -> T:
        """What `work` makes of a connection; `host`: to this one only. Raises Unreachable, and whatever `work` raises."""
        query = _Query()
        try:
            async with asyncio.timeout(patience):
                return await asyncio.get_running_loop().run_in_executor(self._executor, self._on_some_host, work, query, host)
        except TimeoutError as late:
            query.give_up()
            raise query.aware(Silent(text="no answer in time")) from late
        finally:
            query.give_up()

    def close(self) -> None:
        """Hang up everywhere. Asked again, it dials again."""
        executor, self._executor = self._executor, self._new_executor()
        executor.shutdown(wait=True, cancel_futures=True)
        for _, connection in self._idle:
            connection.close()
        self._idle.clear()

    def _new_executor(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix="ldap")

    def _on_some_host(self, work: Callable[[LdapConnection], T], query: _Query, only: str | None) -> T:
        fault: Unreachable = Silent()
        for host in [only] if only else self._order():
            try:
                return self._on_host(host, work, query)
            except Unreachable as silent:
                fault = query.aware(silent)
                wrote = query.connection is not None and query.connection.wrote
                if not query.given_up:
                    self._silent[host] = time.monotonic()
                if wrote or query.given_up or (isinstance(silent, Silent) and silent.why is SilenceReason.ACCOUNT):
                    raise
        raise fault

    def _on_host(self, host: str, work: Callable[[LdapConnection], T], query: _Query) -> T:
        """A connection that was kept may turn out dead at its first query; then a new one is opened."""
        kept = self._take(host)
        if kept:
            try:
                return self._on_connection(kept, work, query)
            except Unreachable:
                if kept.wrote or query.given_up:
                    raise
        return self._on_connection(self._opened(host, query), work, query)

    def _on_connection(self, connection: LdapConnection, work: Callable[[LdapConnection], T], query: _Query) -> T:
        try:
            found = work(query.uses(connection))
        except Unreachable:
            connection.close()
            raise
        except BaseException:
            self._give_back(connection, query)
            raise
        self._give_back(connection, query)
        return found

    def _opened(self, host: str, query: _Query) -> LdapConnection:
        self._may_try()
        connection = query.uses(LdapConnection(host, self._context, self.servers.server_name)).open()
        try:
            welcome = connection.bind(self.servers.account, self.servers.password)
        except BaseException:
            connection.close()
            raise
        if welcome.code == SUCCESS:
            return connection
        connection.close()
        self._refused = (time.monotonic(), welcome.text)
        raise Silent(SilenceReason.ACCOUNT, welcome.text)

    def _may_try(self) -> None:
        at, text = self._refused
        if time.monotonic() - at < REFUSED:
            raise Silent(SilenceReason.ACCOUNT, text)

    def _order(self) -> list[str]:
        late = time.monotonic() - LAST
        return sorted(self.servers.hosts, key=lambda host: self._silent.get(host, late) > late)

    def _take(self, host: str) -> LdapConnection | None:
        with self._lock:
            for number in range(len(self._idle) - 1, -1, -1):
                if self._idle[number][1].host == host:
                    since, connection = self._idle.pop(number)
                    break
            else:
                return None
        if time.monotonic() - since < KEPT and not connection.stale():
            connection.wrote = False
            return connection
        connection.close()
        return None

    def _give_back(self, connection: LdapConnection, query: _Query) -> None:
        with query.lock:
            query.wrote_at = connection.host if connection.wrote else ""
            query.connection = None if not query.given_up else query.connection
            dead = query.given_up
        with self._lock:
            if not dead and len(self._idle) < IDLE:
                self._idle.append((time.monotonic(), connection))
                return
        connection.close()
