"""What the directory contract needs: a directory that can be furnished, made anew for each test."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import pytest
import pytest_asyncio

from bot.accounts.administration import Administration, NewAccount
from bot.accounts.directory import SignIn
from bot.ids import SubjectId
from bot.secret import Secret
from bot.world import World
from store.directory_admin import AdministeredDirectory
from store.directory_rows import AccountPolicy
from store.open import Store
from store.passwords_hash import Hasher
from tests.kit import entra_directory, hybrid_directory

TRIES, HISTORY, LEAST = 3, 3, 10  # every maker's directory: wrong passwords until the lock, history, shortest password


@dataclass(frozen=True, slots=True)
class Able:
    """What a directory can do and holds people to. Where it can't, the contract asserts just that."""

    sign_in: bool = True  # tries a password, and counts wrong ones
    lock: bool = True  # tells that an account is locked, and takes that off
    short_names: bool = True  # knows people by names that are no addresses
    unicode: bool = True  # takes any character in a password
    least: int = LEAST
    history: int = HISTORY


@dataclass(frozen=True)
class Maker:
    """`make` opens a directory of this test's own."""

    make: Callable[[Store, World], AbstractAsyncContextManager[Administration]]
    able: Able = Able()


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


@asynccontextmanager
async def embedded(store: Store, world: World) -> AsyncIterator[Administration]:
    """Ours, over the store's database."""
    yield _embedded("demo", store, world)


def _embedded(name: str, store: Store, world: World) -> AdministeredDirectory:
    policy = AccountPolicy(TRIES, 900.0, HISTORY, min_length=LEAST)
    return AdministeredDirectory(name, store.database, world, fast(world), policy)


@asynccontextmanager
async def entra(store: Store, world: World) -> AsyncIterator[Administration]:
    """By Graph, over a stand-in."""
    async with entra_directory.opened(world) as directory:
        yield directory


@asynccontextmanager
async def hybrid(store: Store, world: World) -> AsyncIterator[Administration]:
    """Ours as the company's network, and a stand-in as its cloud."""
    async with hybrid_directory.opened(_embedded("network", store, world), world) as directory:
        yield directory


MAKERS: tuple[Maker, ...] = (
    Maker(embedded),
    Maker(entra, Able(sign_in=False, lock=False, short_names=False, unicode=False, least=8, history=0)),
    Maker(hybrid, Able(unicode=False)),
)

OLD, NEW, WRONG = Secret("Old-Horse-7-Battery"), Secret("New-Lemon-4-Orbit"), Secret("Not-This-1-Either")
ANA = NewAccount(
    "ana",
    "Ana Ferreira",
    OLD,
    upn="ana@contoso.example",
    mail="ana.ferreira@contoso.example",
    language="de",
    words=("Anita",),
)


@pytest.fixture(params=MAKERS, ids=lambda maker: maker.make.__name__)
def maker(request: pytest.FixtureRequest) -> Maker:
    made: Maker = request.param
    return made


@pytest.fixture
def able(maker: Maker) -> Able:
    return maker.able


@pytest_asyncio.fixture
async def directory(maker: Maker, store: Store, world: World) -> AsyncIterator[Administration]:
    async with maker.make(store, world) as made:
        yield made


@pytest_asyncio.fixture
async def ana(directory: Administration) -> SubjectId:
    return await directory.create(ANA)
