"""What the directory contract needs: a directory that can be furnished, made anew for each test."""

from collections.abc import Awaitable, Callable

from bot.accounts.administration import Administration
from bot.world import World
from store.directory_admin import AdministeredDirectory
from store.directory_rows import AccountPolicy
from store.open import Store
from store.passwords_hash import Hasher

TRIES, HISTORY, LEAST = 3, 3, 10  # every maker's directory: wrong passwords until the lock, history, shortest password

Maker = Callable[[Store, World], Awaitable[Administration]]


def fast(world: World) -> Hasher:
    """Real argon2id at its smallest."""
    return Hasher(world, memory_kib=8, passes=1)


async def embedded(store: Store, world: World) -> Administration:
    """Ours, over the store's database."""
    return AdministeredDirectory(
        "demo", store.database, world, fast(world), AccountPolicy(TRIES, 900.0, HISTORY, min_length=LEAST)
    )


MAKERS: tuple[Maker, ...] = (embedded,)
