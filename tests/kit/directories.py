"""What the directory contract needs: a directory that can be furnished, made anew for each test."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import pytest
import pytest_asyncio

from adapters.directories.hybrid.anchors import Anchors
from bot.directory.administration import Administration, NewAccount
from bot.directory.interfaces import Contacts, SignIn
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from store.argon2_hash import Hasher
from store.directory_admin import AdministeredDirectory
from store.directory_rows import AccountPolicy
from store.open import Store
from tests.kit import ad_directory, entra_directory, hybrid_directory, openldap_directory
from tests.kit.samba import DomainController
from tests.kit.slapd import Slapd
from tests.kit.through_agent import through_agent

TRIES, HISTORY, LEAST = 3, 3, 10  # every maker's directory: wrong passwords until the lock, history, shortest password


@dataclass(frozen=True, slots=True)
class Able:
    """What a directory can do and holds people to. Where it can't, the contract asserts just that."""

    sign_in: bool = True  # tries a password, and counts wrong ones
    lock: bool = True  # tells that an account is locked, and takes that off
    short_names: bool = True  # knows people by names that are no addresses
    unicode: bool = True  # takes any character in a password
    nulls: bool = True  # even those
    least: int = LEAST
    history: int = HISTORY
    private_mail: bool = True  # has a place for addresses beside the work mailbox
    ages: bool = True  # may keep a password from being replaced for a while
    looks_at_disabled: bool = True  # tells a disabled account's right password from a wrong one


@dataclass(frozen=True)
class Maker:
    """`make` opens a directory of this test's own, over our store or, where it has one, over a server that a fixture starts."""

    make: Callable[[Store, World, Any], AbstractAsyncContextManager[Administration]]
    able: Able = Able()
    server: str = ""


@runtime_checkable
class Tried(Protocol):
    """A furnished directory that nobody may ask for a sign-in, with a sign-in page beside it."""

    async def tried(self, subject: SubjectId, password: Secret) -> SignIn:
        """What that page says."""


async def said(directory: Administration, subject: SubjectId, password: Secret) -> SignIn:
    """To a name and a password: by the directory itself, or where people sign in."""
    return await (directory.tried if isinstance(directory, Tried) else directory.sign_in)(subject, password)


def fast(world: World) -> Hasher:
    """Real argon2id at its smallest."""
    return Hasher(world, memory_kib=8, passes=1)


def _ours(name: str, store: Store, world: World) -> AdministeredDirectory:
    policy = AccountPolicy(TRIES, 900.0, HISTORY, min_length=LEAST)
    return AdministeredDirectory(name, store.database, world, fast(world), policy)


@asynccontextmanager
async def embedded(store: Store, world: World, _server: None) -> AsyncIterator[Administration]:
    """Ours, over the store's database."""
    yield _ours("demo", store, world)


@asynccontextmanager
async def agent(store: Store, world: World, _server: None) -> AsyncIterator[Administration]:
    """The same behind a writeback agent."""
    made = await through_agent(store, world, _ours("demo", store, world))
    yield made
    await made.close()


@asynccontextmanager
async def active_directory(_store: Store, _world: World, server: DomainController) -> AsyncIterator[Administration]:
    """By LDAPS, over Samba."""
    made = ad_directory.administered(server)
    yield made
    made.hang_up()


@asynccontextmanager
async def active_directory_agent(store: Store, world: World, server: DomainController) -> AsyncIterator[Administration]:
    """The same behind a writeback agent."""
    behind = ad_directory.administered(server)
    made = await through_agent(store, world, behind)
    yield made
    await made.close()
    behind.hang_up()


@asynccontextmanager
async def openldap(_store: Store, _world: World, server: Slapd) -> AsyncIterator[Administration]:
    """By LDAPS, over slapd with ppolicy."""
    made = openldap_directory.administered(server)
    yield made
    made.hang_up()


@asynccontextmanager
async def entra(_store: Store, world: World, _server: None) -> AsyncIterator[Administration]:
    """By Graph, over a stand-in."""
    async with entra_directory.opened(world) as made:
        yield made


@asynccontextmanager
async def hybrid(store: Store, world: World, _server: None) -> AsyncIterator[Administration]:
    """Ours as the company's network, and a stand-in as its cloud."""
    async with hybrid_directory.opened(_ours("network", store, world), world) as made:
        yield made


@asynccontextmanager
async def active_directory_hybrid(_store: Store, world: World, server: DomainController) -> AsyncIterator[Administration]:
    """Samba as the company's network, matched by objectGUID as Entra Connect does it, and a stand-in as its cloud."""
    network = ad_directory.administered(server, "network")
    async with hybrid_directory.opened(network, world, Anchors()) as made:
        yield made
    network.hang_up()


# Samba 4.17 doesn't list the control of policy hints, without which no reset is held to history.
SAMBA = Able(history=0, nulls=False)
MAKERS: tuple[Maker, ...] = (
    Maker(embedded),
    Maker(agent),
    Maker(active_directory, SAMBA, "samba"),
    Maker(active_directory_agent, SAMBA, "samba"),
    Maker(openldap, Able(looks_at_disabled=False, private_mail=False), "slapd"),
    Maker(entra, Able(sign_in=False, lock=False, short_names=False, unicode=False, least=8, history=0, ages=False)),
    Maker(hybrid, Able(unicode=False)),
    Maker(active_directory_hybrid, replace(SAMBA, unicode=False), "samba"),
)


def params(*makers: Maker) -> list[Any]:
    """For a fixture; whoever has a server needs it installed."""
    return [pytest.param(m, id=m.make.__name__, marks=[pytest.mark.service] if m.server else []) for m in makers]


OLD, NEW, WRONG = Secret("Old-Horse-7-Battery"), Secret("New-Lemon-4-Orbit"), Secret("Not-This-1-Either")
ANA = NewAccount(
    "ana",
    "Ana Ferreira",
    OLD,
    upn="ana@contoso.example",
    mail="ana.ferreira@contoso.example",
    language="de",
    words=("Anita",),
    department="Sales",
    contacts=Contacts("+1 202-555-0142", "+1 202-555-0100", ("ana@home.example",)),
)


@pytest.fixture(params=params(*MAKERS))
def maker(request: pytest.FixtureRequest) -> Maker:
    made: Maker = request.param
    return made


@pytest.fixture
def able(maker: Maker) -> Able:
    return maker.able


@pytest_asyncio.fixture
async def directory(request: pytest.FixtureRequest, maker: Maker, store: Store, world: World) -> AsyncIterator[Administration]:
    server = request.getfixturevalue(maker.server) if maker.server else None
    async with maker.make(store, world, server) as made:
        yield made


@pytest_asyncio.fixture
async def ana(directory: Administration) -> SubjectId:
    return await directory.create(ANA)
