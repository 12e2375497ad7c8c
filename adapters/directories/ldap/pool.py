"""The way to a directory: threads of its own, idle lines kept for the next question, and hosts that stand in for each other."""

import asyncio
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from adapters.directories.ldap.connection import SUCCESS, LdapConnection, SilenceReason, Silent
from bot.directory.interfaces import Unreachable
from bot.platform.secret import Secret

T = TypeVar("T")
THREADS = 8  # questions at once; more wait their turn
IDLE, KEPT = 4, 300.0  # lines that are kept, and for how many seconds (a domain controller hangs up after 900)
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
class _Call:
    """One question on its way, which may be given up."""

    line: LdapConnection | None = None
    given_up: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def on(self, line: LdapConnection) -> LdapConnection:
        with self.lock:
            self.line, line.given_up = line, self.given_up
        return line

    def give_up(self) -> None:
        with self.lock:
            self.given_up = True
            if self.line:
                self.line.cut()


class ConnectionPool:
    """Asks the first host that answers. What was written is never written again on another."""

    def __init__(self, place: LdapServers, threads: int = THREADS) -> None:
        self.place = place
        self._context = place.context()
        self._threads = threads
        self._pool = self._new_pool()
        self._idle: list[tuple[float, LdapConnection]] = []
        self._lock = threading.Lock()
        self._silent: dict[str, float] = {}
        self._refused: tuple[float, str] = (float("-inf"), "")

    async def ask(self, what: Callable[[LdapConnection], T], at: str | None = None, patience: float = PATIENCE) -> T:
        """What `what` makes of a line; `at`: of this host's only. Raises Unreachable, and whatever `what` raises."""
        call = _Call()
        try:
            async with asyncio.timeout(patience):
                return await asyncio.get_running_loop().run_in_executor(self._pool, self._ask, what, call, at)
        except TimeoutError as late:
            call.give_up()
            raise _aware(Silent(text="no answer in time"), call) from late
        finally:
            call.give_up()

    def close(self) -> None:
        """Hang up everywhere. Asked again, it dials again."""
        pool, self._pool = self._pool, self._new_pool()
        pool.shutdown(wait=True, cancel_futures=True)
        for _, line in self._idle:
            line.close()
        self._idle.clear()

    def _new_pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix="ldap")

    def _ask(self, what: Callable[[LdapConnection], T], call: _Call, at: str | None) -> T:
        fault: Unreachable = Silent()
        for host in [at] if at else self._order():
            try:
                return self._at(host, what, call)
            except Unreachable as silent:
                fault = _aware(silent, call)
                wrote = call.line is not None and call.line.wrote
                if not call.given_up:
                    self._silent[host] = time.monotonic()
                if wrote or call.given_up or (isinstance(silent, Silent) and silent.why is SilenceReason.ACCOUNT):
                    raise
        raise fault

    def _at(self, host: str, what: Callable[[LdapConnection], T], call: _Call) -> T:
        """A line that was kept may turn out dead at its first question; then a new one is opened."""
        kept = self._take(host)
        if kept:
            try:
                return self._on(kept, what, call)
            except Unreachable:
                if kept.wrote or call.given_up:
                    raise
        return self._on(self._opened(host, call), what, call)

    def _on(self, line: LdapConnection, what: Callable[[LdapConnection], T], call: _Call) -> T:
        try:
            found = what(call.on(line))
        except Unreachable:
            line.close()
            raise
        except BaseException:
            self._give_back(line, call)
            raise
        self._give_back(line, call)
        return found

    def _opened(self, host: str, call: _Call) -> LdapConnection:
        self._may_try()
        line = call.on(LdapConnection(host, self._context, self.place.server_name)).open()
        try:
            welcome = line.bind(self.place.account, self.place.password)
        except BaseException:
            line.close()
            raise
        if welcome.code == SUCCESS:
            return line
        line.close()
        self._refused = (time.monotonic(), welcome.text)
        raise Silent(SilenceReason.ACCOUNT, welcome.text)

    def _may_try(self) -> None:
        at, text = self._refused
        if time.monotonic() - at < REFUSED:
            raise Silent(SilenceReason.ACCOUNT, text)

    def _order(self) -> list[str]:
        late = time.monotonic() - LAST
        return sorted(self.place.hosts, key=lambda host: self._silent.get(host, late) > late)

    def _take(self, host: str) -> LdapConnection | None:
        with self._lock:
            for number in range(len(self._idle) - 1, -1, -1):
                if self._idle[number][1].host == host:
                    since, line = self._idle.pop(number)
                    break
            else:
                return None
        if time.monotonic() - since < KEPT and not line.stale():
            line.wrote = False
            return line
        line.close()
        return None

    def _give_back(self, line: LdapConnection, call: _Call) -> None:
        with call.lock:
            call.line = None if not call.given_up else call.line
            dead = call.given_up
        with self._lock:
            if not dead and len(self._idle) < IDLE:
                self._idle.append((time.monotonic(), line))
                return
        line.close()


def _aware(fault: Unreachable, call: _Call) -> Unreachable:
    """Whether anything was written, and where."""
    fault.unsent = call.line is None or not call.line.wrote
    fault.at = call.line.host if call.line else ""
    return fault
