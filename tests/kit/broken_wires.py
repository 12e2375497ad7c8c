"""What people are told when the wire to their directory breaks: the same stories for every server that is reached by LDAPS."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.pool import ConnectionPool, LdapServers
from bot.accounts.interfaces import LATE
from bot.accounts.late_writes import PAUSE
from bot.directory.interfaces import Conditional, Directory
from bot.platform.ids import SubjectId
from tests.kit.callers import Caller
from tests.kit.proxy import Proxy
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town

ANOTHER = "Gravel-Tunic-52-Almond"
ARRIVED = 1.0  # seconds until a server has done what came in
Story = Callable[["Broken"], Any]


@dataclass
class Broken:
    """A town whose directory is reached through `proxy`, and somebody in it who has proved enough for a new password."""

    town: Town
    proxy: Proxy
    caller: Caller

    @property
    def directory(self) -> Directory:
        return self.town.app.directories["contoso"]

    @property
    def conditional(self) -> bool:
        """Whether a late write is void where another one came before it."""
        directory = self.directory
        return isinstance(directory, Conditional) and directory.conditional(SubjectId("contoso:whoever"))

    async def arrives(self) -> None:
        """What was held up, at its server; whoever sent it has long hung up."""
        self.proxy.arrives.set()
        await asyncio.sleep(ARRIVED)

    async def done(self) -> None:
        """Told as done, which it was."""
        assert await self.caller.at() == "reset.done"
        assert await self.town.signs_in("ana", GOOD) == "right"
        assert (await self.town.tags()).count("account:reset:changed") == 1


async def done_and_not_confirmed_it_is_found_out(broken: Broken) -> None:
    with _at_the_change(broken.proxy, "cut_answer"):
        await broken.caller.types(GOOD)
    await broken.done()


async def never_arrived_it_is_unknown_and_works_the_next_time(broken: Broken) -> None:
    with _at_the_change(broken.proxy, "cut_question"):
        await broken.caller.types(GOOD)
    assert await broken.caller.at() == "reset.unconfirmed"
    assert await broken.town.signs_in("ana", OLD) == "right"
    if not broken.conditional:
        await broken.caller.types(GOOD)
        assert await broken.caller.notice() == "accounts.earlier_may_arrive"
        await broken.town.passes(LATE)
    await broken.caller.types(GOOD)
    await broken.done()


async def held_up_on_the_way_it_lands_over_nothing(broken: Broken) -> None:
    """Given up by us, it arrives all the same, after she has chosen another password; or before she could."""
    with _at_the_change(broken.proxy, "holds"):
        await broken.caller.types(GOOD)
    assert await broken.caller.at() == "reset.unconfirmed"
    assert "account:reset:rejected" not in await broken.town.tags()
    await broken.caller.types(ANOTHER)
    if broken.conditional:
        assert await broken.caller.at() == "reset.done"
        await broken.arrives()
        assert await broken.town.signs_in("ana", ANOTHER) == "right"
        assert (await broken.town.tags()).count("account:reset:changed") == 1
        return
    assert await broken.caller.notice() == "accounts.earlier_may_arrive"
    await broken.arrives()
    assert await broken.town.signs_in("ana", GOOD) == "right"
    await broken.town.passes(PAUSE)
    assert await broken.caller.at() == "reset.moved"
    assert "account:reset:moved" in await broken.town.tags()


async def silent_in_the_change_it_is_unknown(broken: Broken) -> None:
    with _at_the_change(broken.proxy, "silent"):
        await broken.caller.types(GOOD)
    broken.proxy.silent = False
    broken.proxy.hangs_up()
    assert await broken.caller.at() == "reset.unconfirmed"
    assert "account:reset:unconfirmed" in await broken.town.tags()


async def before_the_change_nothing_is_touched_whatever_is_wrong_with_the_server(broken: Broken) -> None:
    """Nobody there, somebody else's certificate, our account not let in."""
    pool: ConnectionPool = broken.directory.pool  # type: ignore[attr-defined]  # an LDAP directory's
    for wrong in (
        replace(pool.servers, hosts=("127.0.0.1:9",)),
        replace(pool.servers, server_name="other.example.test"),
        replace(pool.servers, account=f"not-{pool.servers.account}"),
    ):
        with _served_by(broken.directory, wrong):
            await broken.caller.types(GOOD)
        assert (await broken.caller.at(), await broken.caller.notice()) == ("reset.new", "accounts.directory_silent")
        assert "account:reset:intended" not in await broken.town.tags()
    assert await broken.town.signs_in("ana", OLD) == "right"
    await broken.caller.types(GOOD)
    await broken.done()


STORIES: Sequence[Story] = (
    done_and_not_confirmed_it_is_found_out,
    never_arrived_it_is_unknown_and_works_the_next_time,
    held_up_on_the_way_it_lands_over_nothing,
    silent_in_the_change_it_is_unknown,
    before_the_change_nothing_is_touched_whatever_is_wrong_with_the_server,
)


@contextmanager
def _at_the_change(proxy: Proxy, how: str) -> Iterator[None]:
    """The wire breaks at the next modify, and at nothing before it."""
    modify = LdapConnection._modify

    def broken(connection: LdapConnection, *given: Any) -> None:
        LdapConnection._modify = modify  # type: ignore[method-assign]  # put back
        setattr(proxy, how, True)
        modify(connection, *given)

    LdapConnection._modify = broken  # type: ignore[method-assign, assignment]  # for one call
    try:
        yield
    finally:
        LdapConnection._modify = modify  # type: ignore[method-assign]  # if it never came


@contextmanager
def _served_by(directory: Directory, servers: LdapServers) -> Iterator[None]:
    pool, other = vars(directory)["pool"], ConnectionPool(servers)
    vars(directory)["pool"] = other  # frozen as it is
    try:
        yield
    finally:
        vars(directory)["pool"] = pool
        other.close()
