"""What the pool says of a query that nobody waited for to its end: never that nothing was written, when something was."""

import asyncio
import time
from dataclasses import dataclass
from typing import cast

import pytest

from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.errors import Silent
from adapters.directories.ldap.pool import ConnectionPool, LdapServers


@dataclass
class Wire:
    """A connection that does at once what it is asked."""

    host: str = "dc1"
    wrote: bool = False
    given_up: bool = False

    def cut(self) -> None:
        self.given_up = True

    def close(self) -> None:
        self.given_up = True

    def stale(self) -> bool:
        return False


class Servers:
    hosts = ("dc1",)

    def context(self) -> None:
        return None


@pytest.mark.parametrize("writes", [True, False])
async def test_a_write_that_ended_while_the_process_stood_still_is_not_called_unsent(
    monkeypatch: pytest.MonkeyPatch, *, writes: bool
) -> None:
    """Stopped, a process wakes with its patience over and the answer there; the clock went first, and the write was told as none."""
    pool, wire = ConnectionPool(cast("LdapServers", Servers())), Wire()
    monkeypatch.setattr(pool, "_opened", lambda _host, query: query.uses(wire))

    def work(connection: LdapConnection) -> None:
        connection.wrote = writes

    asked = asyncio.create_task(pool.run(work, patience=0.05))
    await asyncio.sleep(0)
    time.sleep(0.2)  # noqa: ASYNC251 - the whole process stands still
    with pytest.raises(Silent) as silent:
        await asked
    assert (silent.value.unsent, silent.value.at) == (not writes, "dc1" if writes else "")
    pool.close()
