"""What the directory contract needs: a directory that can be furnished, made anew for each test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.accounts.administration import Administration, NewAccount
from bot.ids import SubjectId
from bot.secret import Secret
from bot.world import World
from store.directory_admin import AdministeredDirectory
from store.directory_rows import AccountPolicy
from store.open import Store
from store.passwords_hash import Hasher
from tests.kit.through_agent import ThroughAgent, through_agent
from tests.kit.ad_directory import AdministeredActiveDirectory, administered
from tests.kit.samba import DomainController
from tests.kit.openldap_directory import AdministeredOpenLdap, administered
from tests.kit.slapd import Slapd

TRIES, HISTORY, LEAST = 3, 3, 10  # every maker's directory: wrong passwords until the lock, history, shortest password

Maker = Callable[[Store, World], Awaitable[Administration]]


@dataclass(frozen=True)
class Abilities:
    """What a kind of directory can't do by its nature is declared here, and the suite holds it to not doing it."""

    holds_resets_to_history: bool = True
    takes_nulls: bool = True  # in a password
    looks_at_passwords_of_disabled_accounts: bool = True


@dataclass(frozen=True)
class Served:
    """A maker that needs a server, which a fixture starts; the database of ours plays no part in it."""

    fixture: str
    on: Callable[[DomainController], AdministeredActiveDirectory]
    on: Callable[[Slapd], AdministeredOpenLdap]
    abilities: Abilities


def fast(world: World) -> Hasher:
    """Real argon2id at its smallest."""
    return Hasher(world, memory_kib=8, passes=1)


async def embedded(store: Store, world: World) -> Administration:
    """Ours, over the store's database."""
    return AdministeredDirectory(
        "demo", store.database, world, fast(world), AccountPolicy(TRIES, 900.0, HISTORY, min_length=LEAST)
    )


async def agent(store: Store, world: World) -> Administration:
    """The same behind a writeback agent."""
    return await through_agent(store, world, await embedded(store, world))


MAKERS: tuple[Maker, ...] = (embedded, agent)
# Samba 4.17 doesn't list the control of policy hints, without which no reset is held to history.
active_directory = Served("samba", administered, Abilities(holds_resets_to_history=False, takes_nulls=False))
MAKERS = (embedded, pytest.param(active_directory, marks=pytest.mark.service, id="active-directory"))
openldap = Served("slapd", administered, Abilities(looks_at_passwords_of_disabled_accounts=False))
MAKERS = (embedded, pytest.param(openldap, marks=pytest.mark.service, id="openldap"))

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


@pytest_asyncio.fixture(params=MAKERS, ids=lambda maker: maker.__name__)
async def directory(request: pytest.FixtureRequest, store: Store, world: World) -> AsyncIterator[Administration]:
    maker: Maker | Served = request.param
    if not isinstance(maker, Served):
        yield await maker(store, world)
        return
    made = maker.on(request.getfixturevalue(maker.fixture))
    yield made
    made.close()


@pytest.fixture
def abilities(request: pytest.FixtureRequest) -> Abilities:
    """Of the maker that this very test runs with."""
    maker = request.node.callspec.params["directory"]
    return maker.abilities if isinstance(maker, Served) else Abilities()


@pytest_asyncio.fixture
async def ana(directory: Administration) -> SubjectId:
    return await directory.create(ANA)
