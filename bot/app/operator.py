"""What an operator's commands open without starting anything."""

from pathlib import Path

from adapters.writeback.relay import Relay
from bot.app.directories import build_directories
from bot.audit.checkpoints import newest
from bot.identity.methods.registry import listable
from bot.platform.clock import World
from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys
from bot.policy.current import Policies
from bot.settings.settings import Settings
from store.argon2_hash import Hasher
from store.doctor_site import StoredSite
from store.migrate import migrate as migrate_store
from store.open import Store, open_store


async def migrate(settings: Settings) -> None:
    """Bring the tables up to this version, and sign what decides where it isn't signed yet. Raises OperatorError."""
    if settings.sqlite and not settings.sqlite.parent.is_dir():
        raise OperatorError(f"There is no folder {settings.sqlite.parent} for the database; make it, or correct `database`.")
    url = settings.connection().reveal()
    await migrate_store(url)
    if not settings.keys.ring_file.exists():
        return  # nothing was ever written
    store = await open_store(url, World(), keys := Keys.load(settings.keys.ring_file))
    try:
        await not_older(store, keys, settings.checkpoints)
        await store.survey.adopt()
    finally:
        await store.close()


async def not_older(store: Store, keys: Keys, checkpoints: Path) -> None:
    """Raises OperatorError when a set that decides is older than the checkpoints outside know, or gone."""
    kept, there = newest(checkpoints, keys), await store.survey.total()
    if kept and kept.sets > there:
        raise OperatorError(
            f"{checkpoints} counted {kept.sets} changes of what decides (policy, methods, links, agents), and the database knows {there}: "
            "a part of it is older, or gone. `unlatch audit verify` says which. If you have put a backup back, move that file away first."
        )


async def site(settings: Settings) -> StoredSite:
    """What `unlatch doctor` looks at; nothing is started or changed."""
    world, keys, url = World(), Keys.load(settings.keys.ring_file), settings.connection().reveal()
    store = await open_store(url, world, keys)
    found = build_directories(settings, store, world, Hasher(world), Relay(store.agents, keys, world))
    return StoredSite(url, store, Policies(store.policies, world, listable()), found)
